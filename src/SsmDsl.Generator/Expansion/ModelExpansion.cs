using System.Collections.Immutable;
using SsmDsl.Autodiff;
using SsmDsl.Chunking;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Streaming;
using SsmDsl.Text;

namespace SsmDsl.Expansion;

/// <summary>A checked model to its graph programs.</summary>
public static class ModelExpansion
{
    public static ModelGraph Expand(CheckedModel model) => Expand(
        model,
        evaluate => Clean(ReverseMode.Backward(evaluate)),
        forward => Clean(ReverseMode.VectorJacobian(forward)));

    /// <param name="backward">Evaluate → the same with all gradients of the loss.</param>
    /// <param name="vectorJacobian">Forward → the same with all gradients of a weighted sum of its outputs.</param>
    internal static ModelGraph Expand(CheckedModel model, Func<GraphProgram, GraphProgram> backward, Func<GraphProgram, GraphProgram> vectorJacobian)
    {
        DraftModel draft = Flattening.Run(model);
        Rates.Decide(draft);
        ImmutableArray<DimSymbol> dynamic =
            [.. model.Layer.Dimensions.Select(d => d.Symbol).Where(s => !model.Dimensions.TryGetValue(s, out Dim? size) || !size.IsConstant)];
        var (stream, obstacle, expanded) = Stream(model, draft, dynamic);

        var translated = expanded.Translated;
        var inputs = Ports(PortKind.Input, draft.Inputs, translated);
        var targets = Ports(PortKind.Target, draft.Targets, translated);
        var parameters = draft.Parameters.Select(p => new Port(PortKind.Parameter, Initialisers.Signature(p).Name, translated.TensorOf(p.Slot))).ToImmutableArray();
        var before = expanded.States.Select(s => new Port(PortKind.InitialState, s.Name, s.Before)).ToImmutableArray();
        var after = expanded.States.Select(s => new Port(PortKind.FinalState, s.Name, s.After)).ToImmutableArray();
        var outputs = draft.Outputs.Select(o => new Port(PortKind.Output, o.Output.Name, translated.TensorOf(o.Slot))).ToImmutableArray();
        var means = BatchMeans.Of(draft, translated);

        var builder = new GraphBuilder(dynamic, expanded.Copies);
        GraphProgram forward = builder.Build("Forward", expanded.Equations, [.. inputs, .. parameters, .. before], [.. outputs, .. after]);
        GraphProgram? evaluate = means.Ports.IsEmpty ? null : builder.Build(
            "Evaluate",
            [.. expanded.Equations, .. means.Equations],
            [.. inputs, .. targets, .. parameters, .. before],
            [.. outputs, .. means.Ports, .. after]);
        GraphProgram? gradients = draft.Loss is null ? null : backward(evaluate!);
        GraphProgram products = vectorJacobian(forward);
        return new ModelGraph(
            Signatures.Of(model, draft, dynamic, expanded.States, stream, obstacle),
            Initialisers.Build(draft, dynamic),
            forward,
            evaluate,
            gradients,
            products,
            ChunkedProducts.Length(forward) is { } length ? InChunks(length) : new CompiledGraph(forward, null, null, evaluate, gradients, products));

        CompiledGraph InChunks(Dim length)
        {
            GraphProgram chunked = ChunkedProducts.Run(forward);
            GraphProgram? chunkedEvaluate = evaluate is null ? null : ChunkedProducts.Run(evaluate);
            bool isDynamic = length.IsSymbol;
            return new CompiledGraph(
                isDynamic ? forward : chunked,
                isDynamic ? chunked with { Name = "LongForward" } : null,
                isDynamic ? length.Symbols.Single() : null,
                chunkedEvaluate,
                draft.Loss is null ? null : backward(chunkedEvaluate!),
                vectorJacobian(chunked));
        }
    }

    private static GraphProgram Clean(GraphProgram program) => DeadCode.Run(Coalescing.Run(DeadCode.Run(CopyForwarding.Run(StoredStates.Run(Simplify.Run(program))))));

    private static ImmutableArray<Port> Ports(PortKind kind, ImmutableArray<Slot> slots, Translation translation) =>
        [.. slots.Select(s => new Port(kind, s.Name, translation.TensorOf(s)))];

    private sealed record Expanded(
        Translation Translated, ImmutableArray<Equation> Equations, ImmutableArray<StreamState> States, ISet<IndexVar> Copies);

    /// <summary>The equations, with states if the model can run step by step.</summary>
    private static (DimSymbol? Stream, (string, SourceSpan)? Obstacle, Expanded Expanded) Stream(
        CheckedModel model, DraftModel draft, ImmutableArray<DimSymbol> dynamic)
    {
        if (dynamic.Length == 1)
        {
            Translation translation = Translate(draft, dynamic[0]);
            ExpandedGraph graph = translation.Graph;
            var wanted = draft.Outputs.Select(o => translation.TensorOf(o.Slot));
            HashSet<Tensor> live = DeadCode.Live(graph.Equations, wanted);
            graph = graph with { Equations = Windows.Run(graph.Equations, dynamic[0], live) };
            live = DeadCode.Live(graph.Equations, wanted);
            StreamMemory memory = StreamAnalysis.Run([.. graph.Equations.Where(e => live.Contains(e.Target))], dynamic[0]);
            if (memory.Obstacle is null)
            {
                var given = new HashSet<Tensor>(draft.Inputs.Select(translation.TensorOf));
                StreamedGraph streamed = Streams.Run(graph, dynamic[0], memory, given);
                return (dynamic[0], null, new Expanded(translation, streamed.Equations, streamed.States, Copies(draft)));
            }

            Translation whole = Translate(draft, null);
            return (null, memory.Obstacle, new Expanded(whole, whole.Graph.Equations, [], Copies(draft)));
        }

        Translation plain = Translate(draft, null);
        string reason = dynamic.IsEmpty ? "it has no dimension whose size is known only at run time" : "it has more than one dimension whose size is known only at run time";
        return (null, (reason, model.NameSpan), new Expanded(plain, plain.Graph.Equations, [], Copies(draft)));
    }

    private static Translation Translate(DraftModel draft, DimSymbol? stream)
    {
        var translation = new Translation(draft.Batch, stream);
        translation.Declare(draft.Drafts);
        foreach (Draft statement in draft.Drafts) translation.Emit(statement);
        return translation;
    }

    private static HashSet<IndexVar> Copies(DraftModel draft) =>
        [.. draft.Drafts.SelectMany(d => d.Target.Scope).Select(a => a.Copy).OfType<IndexVar>()];
}
