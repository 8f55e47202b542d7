using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>
/// What values expressions can have, whatever parameters and inputs are. Words and hyperparameters have their values; a name
/// has the range of its equations, an input of a layer that of its argument.
/// </summary>
internal sealed class Ranges
{
    private readonly HashSet<(StepFrame Frame, Local Local)> open = [];
    private readonly Dictionary<(StepFrame Frame, Local Local), (ValueRange Range, Local[] Names)> known = [];
    private readonly List<Local> names = [];

    /// <summary>The range of an expression, and the parameters and inputs that nothing bounds in it.</summary>
    public (ValueRange Range, Local[] Unbounded) Find(CheckedExpression expression, CycleFrame frame)
    {
        names.Clear();
        ValueRange range = Of(expression, frame);
        return (range, [.. names.Distinct()]);
    }

    private ValueRange Of(CheckedExpression expression, CycleFrame frame)
    {
        switch (expression)
        {
            case ConstantExpression c:
                return ValueRange.Of(Interval.Of(c.Real), Interval.Of(c.Imaginary));
            case IndexExpression i:
                return ValueRange.Of(new Interval(0, frame.Use.Size(i.Index.Range).TryGetConstant(out long range) ? Math.Max(range - 1, 0) : double.PositiveInfinity));
            case DimensionExpression d:
                return ValueRange.Of(frame.Use.Size(d.Value) is var size && size.TryGetConstant(out long value) ? Interval.Of(value)
                    : size.IsSymbol ? new Interval(1, double.PositiveInfinity) : Interval.All);
            case HyperExpression { Type: not ElementType.Bool } h when frame.Use.HyperValue(h.Parameter) is { Value: { } given, Giver: { } giver }:
                return Of(given, new CycleFrame(giver, null, null, []));
            case ReadExpression r:
                ValueRange read = OfLocal(r.Local, frame);
                return r.Indices.All(i => i is IndexExpression) ? read : read.Union(ValueRange.Of(Interval.Zero));
            case OperationExpression o:
                int before = names.Count;
                ValueRange result = RangeFunctions.Of(o.Op, [.. o.Arguments.Select(a => Of(a, frame))], o.Arguments.Any(a => a.Type == ElementType.Complex));

                // What is bounded does not matter, whatever it is made of.
                if (!double.IsInfinity(result.Magnitude)) names.RemoveRange(before, names.Count - before);
                return result;
            case ConditionalExpression c:
                return frame.Use.Decide(c.Condition) is { } taken ? Of(taken ? c.Then : c.Else, frame) : Of(c.Then, frame).Union(Of(c.Else, frame));
            case ReduceExpression r:
                return OfReduction(r, frame);
            case SoftmaxExpression or RandomExpression or TrainingExpression or WordTestExpression:
                return ValueRange.Of(Interval.Unit);
            default:
                return ValueRange.All;
        }
    }

    private ValueRange OfReduction(ReduceExpression reduce, CycleFrame frame)
    {
        if (reduce.Kind is ReduceKind.LogSumExp or ReduceKind.ArgMax or ReduceKind.ArgMin or ReduceKind.Prod) return ValueRange.All;
        ValueRange body = Of(reduce.Body, frame);
        if (reduce.Kind == ReduceKind.Mean) return body.Union(ValueRange.Of(Interval.Zero));
        if (reduce.Kind != ReduceKind.Sum) return reduce.Condition is null ? body : ValueRange.All;
        return body * ValueRange.Of(new Interval(reduce.Condition is null ? Math.Min(1, Count(reduce, frame)) : 0, Count(reduce, frame)));
    }

    /// <summary>Number of terms of a reduction at most.</summary>
    public static double Count(ReduceExpression reduce, CycleFrame frame) =>
        reduce.Indices.Aggregate(1.0, (n, i) => n * (frame.Use.Size(i.Range).TryGetConstant(out long size) ? size : double.PositiveInfinity));

    private ValueRange OfLocal(Local local, CycleFrame frame)
    {
        if (local.Type.Element == ElementType.Bool) return ValueRange.Of(Interval.Unit);
        if (local.Kind == LocalKind.Input && frame.Caller is { } caller && frame.InputOf(local) is var input and >= 0)
        {
            if (frame.Call!.Arguments[input] is { } argument) return OfLocal(argument, caller);
            if (frame.Use.Layer.Inputs[input].Default is { } byDefault) return Of(byDefault, frame);
        }

        if (local.Kind == LocalKind.Value) return OfValue(local, frame);
        names.Add(local);
        return Anything(local);
    }

    private ValueRange OfValue(Local local, CycleFrame frame)
    {
        if (known.TryGetValue((frame.Use, local), out var found))
        {
            names.AddRange(found.Names);
            return found.Range;
        }

        if (frame.IsCarried(local) || !open.Add((frame.Use, local))) return Anything(local);
        int before = names.Count;
        ValueRange range = Given(local, frame);
        open.Remove((frame.Use, local));
        known[(frame.Use, local)] = (range, [.. names.Skip(before)]);
        return range;
    }

    private ValueRange Given(Local local, CycleFrame frame)
    {
        if (frame.CallOf(local) is { } call) return OfLocal(call.Instance.Layer.Outputs[call.Results.IndexOf(local)].Value, frame.Enter(call, []));
        ValueRange[] parts = [.. frame.EquationsOf(local).Select(e => Of(e.Value, frame))];
        return parts.Length == 0 ? Anything(local) : parts.Aggregate((a, b) => a.Union(b));
    }

    private static ValueRange Anything(Local local) => local.Type.Element == ElementType.Complex ? ValueRange.Disc(double.PositiveInfinity) : ValueRange.All;
}
