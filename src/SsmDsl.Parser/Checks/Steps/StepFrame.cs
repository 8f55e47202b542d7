using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>How often a value is new in a stream.</summary>
internal enum StepRate
{
    /// <summary>The same for the whole stream.</summary>
    Fixed,

    /// <summary>Known when the whole sequence is; in a stream, the value for what came so far.</summary>
    Total,

    /// <summary>One value per position: by an axis of its own, or because its layer is lifted over the sequence.</summary>
    Step,
}

/// <summary>One use of a layer: the sizes, words and rates of its names.</summary>
internal sealed class StepFrame(
    CheckedLayer layer,
    DimSymbol time,
    ImmutableDictionary<DimSymbol, Dim> sizes,
    Func<Hyperparameter, (CheckedExpression? Value, StepFrame? Giver, string? Word)> hyper,
    SourceSpan? use)
{
    private readonly Dictionary<Local, StepRate> rates = [];
    private readonly Dictionary<Local, ImmutableArray<int>> timeAxes = [];
    private readonly Dim length = Dim.Of(time);

    // what has no value keeps its name, which may be that of the sequence
    private readonly bool grows = sizes.Values.Any(s => s.Symbols.Contains(time))
        || !layer.Dimensions.All(d => sizes.ContainsKey(d.Symbol))
        || !layer.Hyperparameters.All(h => h.Kind != HyperKind.Int || sizes.ContainsKey(new DimSymbol(h.Name)));

    public CheckedLayer Layer { get; } = layer;
    public DimSymbol Time { get; } = time;
    public SourceSpan? Use { get; } = use;

    /// <summary>The frames of calls that were entered, and the rates of their arguments then.</summary>
    public Dictionary<CheckedCall, (ImmutableArray<StepRate> Arguments, StepFrame Frame)> Entered { get; } = [];

    /// <summary>Names that asked-for outputs depend on.</summary>
    public required HashSet<Local> Needed { get; init; }

    public Dim Size(Dim dim) => dim.Substitute(sizes);

    public AffineForm? Position(CheckedExpression expression) => AffineReader.TryRead(expression)?.Substitute(sizes);

    public Guards Known(CheckedExpression condition, bool holds) => Guards.From(condition, holds).Substitute(sizes);

    public bool IsLength(Dim dim) => Size(dim).Equals(length);

    public bool HasTime(Dim dim) => Size(dim).Symbols.Contains(Time);

    /// <summary>The axes of a tensor that grow with the sequence.</summary>
    public ImmutableArray<int> TimeAxes(Local local)
    {
        if (!grows) return [];
        if (timeAxes.TryGetValue(local, out ImmutableArray<int> axes)) return axes;
        return timeAxes[local] = [.. Enumerable.Range(0, local.Type.Rank).Where(axis => HasTime(local.Type.Shape[axis]))];
    }

    /// <summary>Nothing in it grows with the sequence, and nothing waits for all of it: nothing of it keeps a model from running step by step.</summary>
    public bool IsWithinStep => !grows && !rates.ContainsValue(StepRate.Total);

    public StepRate Rate(Local local) =>
        rates.TryGetValue(local, out StepRate rate) ? rate : TimeAxes(local).IsEmpty ? StepRate.Fixed : StepRate.Step;

    /// <summary>Raises the rate; true if that changes it.</summary>
    public bool Raise(Local local, StepRate rate)
    {
        if (rate <= Rate(local)) return false;
        rates[local] = rate;
        return true;
    }

    /// <summary>What a condition is, if that is known at compile time: a word, a constant, a comparison of sizes.</summary>
    public bool? Decide(CheckedExpression condition)
    {
        switch (condition)
        {
            case WordTestExpression w:
                return hyper(w.Parameter).Word is { } word ? word == w.Word : null;
            case HyperExpression h when hyper(h.Parameter) is { Value: { } value, Giver: { } giver }:
                return giver.Decide(value);
            case ConstantExpression c:
                return c.Real != 0;
            case OperationExpression { Op: ScalarOp.Not } o:
                return !Decide(o.Arguments[0]);
            case OperationExpression { Op: ScalarOp.And or ScalarOp.Or } o:
                bool decisive = o.Op == ScalarOp.Or;
                bool? a = Decide(o.Arguments[0]), b = Decide(o.Arguments[1]);
                return a == decisive || b == decisive ? decisive : a is null || b is null ? null : !decisive;
            default:
                return IsImpossible(Known(condition, true)) ? false : IsImpossible(Known(condition, false)) ? true : null;
        }
    }

    /// <summary>The value of a hyperparameter: an expression of the frame that gives it, or a word.</summary>
    public (CheckedExpression? Value, StepFrame? Giver, string? Word) HyperValue(Hyperparameter parameter) => hyper(parameter);

    private static bool IsImpossible(Guards guards) =>
        guards.Cases.All(c => c.Any(f => f.IsConstant && f.Offset.TryGetConstant(out long value) && value < 0));
}
