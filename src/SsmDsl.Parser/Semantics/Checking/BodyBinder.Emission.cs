using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

internal sealed partial class BodyBinder
{
    /// <summary>Local names made for arguments and results, which no program can mean.</summary>
    private readonly HashSet<Local> made = [];

    /// <summary>States the call: arguments become tensors with the lifted axes in front, results are read at the indices in use.</summary>
    private ImmutableArray<TensorValue> EmitCall(
        Callee callee, ApplySyntax use, GivenSizes given, CallArgument?[] arguments, ImmutableArray<Dim> lead,
        ImmutableDictionary<DimSymbol, Dim> solution, Context context, ImmutableArray<string?> resultNames)
    {
        LayerInfo info = callee.Info;
        ImmutableArray<LayerInput> inputs = info.Layer.Inputs;
        ImmutableArray<IndexEntry> used = UsedIndices(arguments.Where(a => a is not null).Select(a => a!.Value), context);
        if (used.Any(u => u.Range is null)) return Partly(info, use);
        if (!MeetsObligations(info, given, solution, use)) return Partly(info, use);
        if (InstanceOf(callee, use, given, solution, context) is not { } instance) return Partly(info, use);

        ImmutableArray<Dim> lifted = [.. used.Select(u => u.Range!), .. lead];
        var locals = new Local?[inputs.Length];
        var isLifted = new bool[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (arguments[i] is not { } argument) continue;
            bool hasLead = HasLifted(argument, inputs[i], lead);
            isLifted[i] = hasLead || !UsedIndices([argument.Value], context).IsEmpty;
            locals[i] = argument.Value.Whole is { } whole && (!isLifted[i] || used.IsEmpty)
                ? whole
                : Materialise(argument.Value, inputs[i].Local.Name, isLifted[i] ? used : [], isLifted[i] && !hasLead ? lead : []);
        }

        var results = new Local?[info.Layer.Outputs.Length];
        var values = ImmutableArray.CreateBuilder<TensorValue>();
        for (int i = 0; i < results.Length; i++)
        {
            LayerOutput output = info.Layer.Outputs[i];
            bool depends = output.DependsOn.Any(d => isLifted[InputNumber(info, d)]);
            ImmutableArray<Dim> own = [.. output.Type.Shape.Select(d => d.Substitute(solution))];
            string? name = resultNames.IsDefault || i >= resultNames.Length ? null : resultNames[i];
            Local result = new(name ?? output.Name, LocalKind.Value, new TensorType(output.Type.Element, [.. depends ? lifted : [], .. own]), use.Span);
            if (name is null) made.Add(result);
            results[i] = result;
            ImmutableArray<IndexEntry> at = depends ? used : [];
            ImmutableArray<Dim> shape = [.. depends ? lead : [], .. own];
            values.Add(new TensorValue(output.Type.Element, shape, x => ReadOf(result, at, x, shape.Length, use.Span), use.Span, at.IsEmpty ? result : null));
        }

        statements.Add(new CheckedCall(instance, lifted, [.. locals], [.. isLifted], [.. results], use.Span));
        usesBroken |= info.Layer.HasErrors;
        if (!lead.IsEmpty && !info.Sequence.IsEmpty)
            Obligations.Add(new DirectionLifted(lead, callee.Name, info.Sequence.OrderBy(s => s.Name, StringComparer.Ordinal).First().Name, use.Span));
        foreach (DimSymbol symbol in info.ParameterSymbols) ParameterSymbols.UnionWith(solution[symbol].Symbols);
        return values.ToImmutable();
    }

    /// <summary>What the callee demands of its sizes. The first thing that does not hold is reported: more would follow from it.</summary>
    private bool MeetsObligations(LayerInfo info, GivenSizes given, ImmutableDictionary<DimSymbol, Dim> solution, ApplySyntax use)
    {
        int errors = sink.Errors;
        foreach (Obligation obligation in info.ObligationsOf(given.Dimensions))
        {
            Obligation.Settle(AtUse.Of(obligation.Substitute(solution), info.Layer.Name, use.Span), use.Span, null, sink, Obligations);
            if (sink.Errors > errors) return false;
        }
        return true;
    }

    /// <summary>Dimensions of this layer on which parameters, its own and those of its instances, depend.</summary>
    public HashSet<DimSymbol> ParameterSymbols { get; } = [];

    /// <summary>A layer that it uses has errors.</summary>
    public bool UsesBroken => usesBroken;

    private bool usesBroken;

    /// <summary>The indices in scope on which values depend, outermost first.</summary>
    private static ImmutableArray<IndexEntry> UsedIndices(IEnumerable<TensorValue> values, Context context)
    {
        var symbols = new HashSet<IndexSymbol>();
        foreach (TensorValue value in values)
        {
            if (value.At is null) continue;
            foreach (CheckedExpression part in value.At(Fresh(value.Shape)).All())
            {
                if (part is IndexExpression i) symbols.Add(i.Index);
                else if (part is SoftmaxExpression s) symbols.UnionWith(s.Outer);
                else if (part is RandomExpression r) symbols.UnionWith(r.Indices);
            }
        }
        return [.. IndexScope.All(context.Indices).Where(e => symbols.Contains(e.Symbol))];
    }

    /// <summary>A tensor that holds a value: axes for indices in use, further leading ones, then its own.</summary>
    private Local Materialise(TensorValue value, string name, ImmutableArray<IndexEntry> used, ImmutableArray<Dim> lead)
    {
        ImmutableArray<IndexSymbol> own = Fresh(value.Shape), axes = [.. used.Select(u => u.Symbol), .. lead.Select((d, i) => new IndexSymbol($"p{i + 1}", d)), .. own];
        var local = new Local(name, LocalKind.Value, new TensorType(value.Element!.Value, [.. axes.Select(a => a.Range)]), value.Span);
        made.Add(local);
        statements.Add(new CheckedEquation(
            local, axes, [.. axes.Select(a => new IndexExpression(a, value.Span))], value.At!(own), IsInitial: false, TextOf(value.Span), value.Span));
        return local;
    }

    private static CheckedExpression ReadOf(Local local, ImmutableArray<IndexEntry> at, ImmutableArray<IndexSymbol> implicitly, int rank, SourceSpan span) =>
        new ReadExpression(
            local,
            [.. at.Select(a => a.Symbol).Concat(implicitly.Take(rank)).Select(s => (CheckedExpression)new IndexExpression(s, span))],
            local.Type.Element,
            span);

    /// <summary>The instance of a use, made at its first one; all uses must agree in what its parameters depend on.</summary>
    private LayerInstance? InstanceOf(Callee callee, ApplySyntax use, GivenSizes given, ImmutableDictionary<DimSymbol, Dim> solution, Context context)
    {
        LayerInfo info = callee.Info;
        if (callee.Named is { Instance: { } known })
        {
            foreach (DimSymbol symbol in info.ParameterSymbols.OrderBy(s => s.Name, StringComparer.Ordinal))
            {
                if (sizes.Agree(known.Dimensions[symbol], solution[symbol], $"the dimension {symbol} of '{callee.Name}'", use.Span)) continue;
                sink.Report(DiagnosticCodes.SizesDiffer, use.Span,
                    $"'{callee.Name}' has {symbol} = {sizes.Text(solution[symbol])} here and {symbol} = {sizes.Text(known.Dimensions[symbol])} at its first use, but its parameters are shared",
                    new RelatedPlace(known.Span, "the first use"));
                return null;
            }
            return known;
        }
        var hypers = info.Hypers.ToImmutableDictionary(h => h.Parameter, h =>
            given.Hypers.TryGetValue(h.Parameter, out HyperArgument? value) ? value
            : h.Parameter.Kind == HyperKind.Int ? new HyperArgument(new DimensionExpression(solution[h.Symbol], use.Span), null, null)
            : HyperDefaults.At(h, solution));
        string path = callee.Named?.Name.Text ?? use.Instance?.Text ?? UnnamedPath(use, callee);
        var instance = new LayerInstance(path, info.Layer, solution, hypers, callee.Named is { } named ? named.Copy : context.Names.Copy, use.Span);
        if (callee.Named is { } owner) owner.Instance = instance;
        else Claim(context.Names, path, use.Instance?.Span ?? use.Name.Span);
        return instance;
    }
}
