using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Streaming;

/// <summary>A reduction over the whole stream: its value so far is a state, into which that of the chunk is merged.</summary>
internal sealed class RunningReduction(StateNames names)
{
    private readonly Dictionary<Tensor, StateLayout> layouts = [];

    public List<StreamState> States { get; } = [];

    public IEnumerable<Equation> Equations(Equation equation)
    {
        Reduction reduction = equation.Reduction!;
        if (reduction.Kind is ReduceKind.ArgMax or ReduceKind.ArgMin) return Position(equation, reduction);

        // the value so far does not depend on whether it is needed now
        Equation whole = ScalarBuilder.CanFail(equation.Body) ? equation : equation with { Guard = null };
        return Value(whole, equation.Target, equation.Left, "");
    }

    private IEnumerable<Equation> Value(Equation equation, Tensor target, ImmutableArray<Index> left, string suffix)
    {
        ReduceKind kind = equation.Reduction!.Kind;
        Equation chunk = Chunk(equation, suffix);
        yield return chunk;
        LoadScalar before = LayoutOf(target, equation.Target, suffix, out Equation? kept).Load(left), now = Own(chunk);
        Equation merged = equation with { Target = target, Left = left, Reduction = null };
        if (kind == ReduceKind.Sum) yield return merged with { Body = ScalarBuilder.Apply(ScalarOp.Add, now.Type, before, now) };
        else
        {
            var k = new IndexVar("k", 2);
            Scalar isOld = ScalarBuilder.Apply(ScalarOp.Equal, ElementType.Bool, new IndexScalar(Index.Of(k)), ScalarBuilder.Int(0));
            Scalar isThere = ScalarBuilder.Apply(
                ScalarOp.Not, ElementType.Bool, ScalarBuilder.Apply(ScalarOp.And, ElementType.Bool, isOld, new RunScalar(RunValue.Start)));
            yield return merged with { Reduction = new Reduction(kind, [k], isThere), Body = new SelectScalar(isOld, before, now) };
        }

        if (kept is not null) yield return kept;
    }

    /// <summary>The position so far, its value, and how many values there were to choose from.</summary>
    private IEnumerable<Equation> Position(Equation equation, Reduction reduction)
    {
        ImmutableArray<TensorAxis> axes = [.. equation.Axes.Select(a => new TensorAxis(a.Size))];
        ImmutableArray<Index> own = [.. equation.Axes.Select(Index.Of)];
        var count = new Tensor(equation.Target.Name + "_count", ElementType.Int, axes, equation.Origin);
        var best = new Tensor(equation.Target.Name + "_value", equation.Body.Type, axes, equation.Origin);

        Equation counted = Chunk(equation with { Reduction = reduction with { Kind = ReduceKind.Sum }, Body = ScalarBuilder.Int(1) }, "_count");
        LoadScalar countBefore = LayoutOf(count, equation.Target, "_count", out Equation? keptCount).Load(own), countNow = Own(counted);
        Scalar isFirst = Compare(ScalarOp.Equal, countBefore, ScalarBuilder.Int(0));
        Scalar isAny = Compare(ScalarOp.Greater, countNow, ScalarBuilder.Int(0));

        var valueKind = reduction.Kind == ReduceKind.ArgMax ? ReduceKind.Max : ReduceKind.Min;
        Equation value = Chunk(equation with { Reduction = reduction with { Kind = valueKind } }, "_value");
        LoadScalar bestBefore = LayoutOf(best, equation.Target, "_value", out Equation? keptBest).Load(own), bestNow = Own(value);
        ScalarOp better = reduction.Kind == ReduceKind.ArgMax ? ScalarOp.Greater : ScalarOp.Less;
        Scalar isBetter = ScalarBuilder.Apply(
            ScalarOp.Or, ElementType.Bool, isFirst, ScalarBuilder.Apply(ScalarOp.And, ElementType.Bool, isAny, Compare(better, bestNow, bestBefore)));

        // nothing in this chunk is an error only if there was nothing before either
        Equation position = Chunk(equation, "_chunk") with { Guard = ScalarBuilder.Apply(ScalarOp.Or, ElementType.Bool, isAny, isFirst) };
        Dim row = reduction.Axes.Skip(1).Aggregate((Dim)1, (product, a) => product * a.Size);
        Scalar skipped = ScalarBuilder.Apply(ScalarOp.Multiply, ElementType.Int, new RunScalar(RunValue.Offset), ScalarBuilder.Position(Index.Of(row)));
        LoadScalar before = LayoutOf(equation.Target, equation.Target, "", out Equation? kept).Load(equation.Left);

        Equation Write(Tensor target, ImmutableArray<Index> left, Scalar body) =>
            equation with { Target = target, Left = left, Reduction = null, Guard = null, Body = body };
        return new[]
        {
            counted,
            value,
            position,
            Write(equation.Target, equation.Left, ScalarBuilder.Select(isBetter, ScalarBuilder.Apply(ScalarOp.Add, ElementType.Int, skipped, Own(position)), before)),
            Write(best, own, ScalarBuilder.Select(isBetter, bestNow, bestBefore)),
            Write(count, own, ScalarBuilder.Apply(ScalarOp.Add, ElementType.Int, countBefore, countNow)),
            kept,
            keptBest,
            keptCount,
        }.OfType<Equation>();
    }

    private static Scalar Compare(ScalarOp op, Scalar x, Scalar y) => ScalarBuilder.Apply(op, ElementType.Bool, x, y);

    /// <summary>The reduction over the chunk alone, a tensor over the equation's axes.</summary>
    private static Equation Chunk(Equation equation, string suffix)
    {
        ElementType element = equation.Reduction!.Kind is ReduceKind.ArgMax or ReduceKind.ArgMin ? ElementType.Int : equation.Body.Type;
        var tensor = new Tensor(
            $"{equation.Target.Name}{(suffix.Length == 0 ? "_chunk" : suffix + "_chunk")}", element, [.. equation.Axes.Select(a => new TensorAxis(a.Size))], equation.Origin);
        return equation with { Target = tensor, Left = [.. equation.Axes.Select(Index.Of)] };
    }

    private static LoadScalar Own(Equation chunk) => new(chunk.Target, chunk.Left, [.. chunk.Left.Select(_ => AxisAccess.InRange)]);

    /// <param name="kept">The equation of the final state, if the tensor has no state yet.</param>
    private StateLayout LayoutOf(Tensor tensor, Tensor named, string suffix, out Equation? kept)
    {
        kept = null;
        if (layouts.TryGetValue(tensor, out StateLayout? layout)) return layout;
        layouts[tensor] = layout = StateLayout.Of(tensor, names.For(named, suffix), -1, 0);
        States.Add(new StreamState(layout.Before.Name, layout.Before, layout.After));
        ImmutableArray<IndexVar> variables = layout.Ordered([.. tensor.Axes.Select((a, i) => new IndexVar($"i{i + 1}", a.Size))]);
        ImmutableArray<Index> places = [.. tensor.Axes.Select((_, i) => Index.Of(variables[layout.Order.IndexOf(i)]))];
        kept = new Equation(
            layout.After, variables, [.. variables.Select(Index.Of)], null,
            Scalars.Read(tensor, places), Comment: $"{tensor.Name} so far");
        return layout;
    }
}
