using SsmDsl.Analysis;
using SsmDsl.Chunking;
using SsmDsl.Cli.Running;
using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Describing;

/// <summary>Collects what there is to say of a model.</summary>
internal static class Describer
{
    /// <param name="engine">The model with its initial parameters.</param>
    public static ModelDescription Of(CheckedModel model, ModelGraph graph, ModelEngine engine, long batch, long length)
    {
        ModelSignature signature = graph.Signature;
        long SizeOf(DimSymbol symbol) => symbol.Equals(DimSymbol.Batch) ? batch : length;
        Dictionary<string, HostTensor> parameters = ParameterFiles.Join(
            signature.Parameters, engine.Parameters.ToDictionary(p => p.Name, ParameterFiles.Read), Storage.F64);
        HashSet<Recurrence> inChunks = [.. ChunkedProducts.Recurrences(graph.Forward)];
        return new ModelDescription(
            signature.Name,
            signature.Namespace,
            signature.Doc,
            signature.Constants.ToDictionary(c => c.Name, c => c.Value),
            new[] { ("batch", batch) }.Concat(signature.Dynamic.Select(d => (d.Name, length))).ToDictionary(),
            [.. signature.Inputs.Select(Value)],
            [.. signature.Targets.Select(Value)],
            [.. signature.Outputs.Select(Value)],
            [.. signature.States.Select(Value)],
            signature.HasLoss,
            signature.Metrics,
            signature.StreamDimension is not null ? null
                : signature.NotSteppable is { } why ? $"{why.Reason} ({why.Place})" : "it has no sequence dimension",
            LayerTree.Of(model, signature),
            [.. signature.Parameters.Select(Parameter)],
            signature.Parameters.Sum(Sizes.Of),
            [.. new Modes(graph, engine, SizeOf).All()],
            [.. RecurrenceForms.Of(graph.Forward).Select(f => Recurrence(graph.Forward, f, inChunks.Contains(f.Recurrence), parameters))]);
    }

    private static ValueDescription Value(ValueSignature value) => new(
        value.Name,
        Word(value.Type.Element),
        Shape(value.HasBatch ? value.Type.Shape.Select(d => d.ToString()).Prepend("batch") : value.Type.Shape.Select(d => d.ToString())));

    private static ParameterDescription Parameter(ParameterSignature parameter) => new(
        parameter.Name,
        Word(parameter.Type.Element),
        Shape(parameter.Type.Shape.Select(d => d.ToString())),
        Sizes.Of(parameter),
        parameter.LearningRateFactor,
        parameter.Decay,
        parameter.Frozen);

    private static RecurrenceDescription Recurrence(GraphProgram forward, RecurrenceForm form, bool inChunks, IReadOnlyDictionary<string, HostTensor> parameters)
    {
        Tensor state = form.States[0];
        double size = form.States.Sum(s => s.Axes
            .Where((_, axis) => form.Equation.Left.Length <= axis || form.Equation.Left[axis].AsVariable() != form.Recurrence.Step)
            .Aggregate(s.Element == ElementType.Complex ? 2.0 : 1.0, (n, a) => n * a.Size.Evaluate(_ => 1)));
        return new RecurrenceDescription(
            NameOf(forward, state),
            state.Origin?.ToString(),
            form.Recurrence.Step.Size.ToString(),
            form.Recurrence.Reversed,
            form.IsLinear,
            form.IsComplex,
            RecurrenceWords.Of(form),
            form.IsSelective,
            size,
            inChunks ? ChunkedProducts.ChunkLength : null,
            InitialModes.Of(forward, form, parameters));
    }

    /// <summary>The name under which the state is kept, with the path of its layer; without one, its own.</summary>
    private static string NameOf(GraphProgram forward, Tensor state)
    {
        HashSet<Tensor> keepers = [.. forward.Body.Equations().Where(e => e.Loads().Any(l => l.Tensor == state)).Select(e => e.Target)];
        return forward.Outputs.FirstOrDefault(p => p.Kind == PortKind.FinalState && keepers.Contains(p.Tensor))?.Name ?? state.Name;
    }

    private static string Shape(IEnumerable<string> axes) => $"[{string.Join(", ", axes)}]";

    private static string Word(ElementType element) => element.ToString().ToLowerInvariant();
}
