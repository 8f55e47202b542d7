using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// What of an aligned equation runs within a group. A sum over steps becomes a running sum carried from step to step, a sum
/// over rows one partial sum for each row; the partial sums are added in the order of the rows, outside of the group.
/// </summary>
/// <param name="Rest">What is left to run after the group, or null.</param>
internal sealed record ReductionSplit(ImmutableArray<Equation> Members, ImmutableArray<Equation> After, Equation? Rest)
{
    /// <summary>Null if the reduction cannot be split.</summary>
    public static ReductionSplit? Of(Alignment aligned, Group group)
    {
        Equation equation = aligned.Equation with { Axes = group.Ordered(aligned.Equation.Axes) };
        ImmutableArray<IndexVar> reduced = equation.Reduction?.Axes ?? [];
        ImmutableArray<IndexVar> rows = [.. reduced.Where(group.Rows.Contains)];
        bool runs = reduced.Contains(group.Step);
        if (rows.IsEmpty && !runs) return aligned.Moment == Moment.Step ? new ReductionSplit([equation], [], null) : new ReductionSplit([], [equation], null);
        if (equation.Reduction is not { Kind: ReduceKind.Sum }) return null;

        ImmutableArray<IndexVar> inner = [.. group.Ordered(reduced.Where(r => !rows.Contains(r) && r != group.Step))];
        if (inner.IsEmpty && !runs) return null; // partial sums would be no fewer than what is summed
        Reduction? within = inner.IsEmpty ? null : new Reduction(ReduceKind.Sum, inner, null);
        Equation partial = equation with { Reduction = within, Body = equation.SelectedBody(), Guard = null };
        if (runs) return Running(equation, partial, rows, group);
        (Equation part, Equation rest) = Partial(equation, partial, rows, group);
        return aligned.Moment == Moment.Step ? new ReductionSplit([part], [], rest) : new ReductionSplit([], [part], rest);
    }

    private static (Equation Part, Equation Total) Partial(Equation equation, Equation partial, ImmutableArray<IndexVar> rows, Group group)
    {
        ImmutableArray<IndexVar> axes = group.Ordered([.. rows, .. equation.Axes]);
        Tensor part = Over($"{equation.Target.Name}.part", equation, axes, null);
        var rest = new Equation(equation.Target, equation.Axes, equation.Left, new Reduction(ReduceKind.Sum, rows, null), Scalars.Read(part, Positions(axes)),
            Comment: equation.Comment, Origin: equation.Origin);
        return (partial with { Target = part, Axes = axes, Left = Positions(axes) }, rest);
    }

    private static ReductionSplit Running(Equation equation, Equation partial, ImmutableArray<IndexVar> rows, Group group)
    {
        ImmutableArray<IndexVar> axes = group.Ordered([.. rows, .. equation.Axes, group.Step]);
        var members = ImmutableArray.CreateBuilder<Equation>();
        Scalar term = partial.Body;
        if (partial.Reduction is not null)
        {
            Tensor now = Over($"{equation.Target.Name}.step", equation, axes, null);
            members.Add(partial with { Target = now, Axes = axes, Left = Positions(axes) });
            term = Scalars.Read(now, Positions(axes));
        }

        Tensor total = Over($"{equation.Target.Name}.sum", equation, axes, group);
        int along = axes.IndexOf(group.Step);
        Scalar before = Scalars.Read(total, Positions(axes).SetItem(along, Index.Of(group.Step).Plus(-group.Direction)));
        members.Add(new Equation(total, axes, Positions(axes), null, Scalars.Add(before, term), Comment: partial.Reduction is null ? equation.Comment : null));
        Index last = Index.Of(group.Reversed ? 0 : group.Step.Size - 1);
        Scalar end = Scalars.Read(total, Positions(axes).SetItem(along, last));
        Equation result = equation with { Reduction = null, Guard = null, Body = end, Comment = null };
        if (rows.IsEmpty) return new ReductionSplit(members.ToImmutable(), [result], null);
        (Equation part, Equation rest) = Partial(equation, result, rows, group);
        return new ReductionSplit(members.ToImmutable(), [part], rest);
    }

    private static Tensor Over(string name, Equation equation, ImmutableArray<IndexVar> axes, Group? carried) => new(
        name,
        equation.Body.Type,
        [.. axes.Select(a => carried is null || a != carried.Step ? new TensorAxis(a.Size) : carried.Reversed ? new TensorAxis(a.Size, 0, 1) : new TensorAxis(a.Size, 1))],
        equation.Origin);

    private static ImmutableArray<Index> Positions(ImmutableArray<IndexVar> axes) => [.. axes.Select(Index.Of)];
}
