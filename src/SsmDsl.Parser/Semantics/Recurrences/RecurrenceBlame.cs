using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>Says why a cycle is no recurrence, along the axes that come nearest to one.</summary>
internal static class RecurrenceBlame
{
    public static RecurrenceError Explain(DependencyGraph cycle, IReadOnlyList<DependencyNode> nodes)
    {
        var (kind, read, other) = Explain(cycle);
        return new(kind, read.Read, other?.Read, [.. cycle.Nodes.Select(n => nodes[n].Key)],
            cycle.Edges.All(e => e.Read.Shifts.All(row => row.All(s => s.IsDecided))));
    }

    private static (RecurrenceErrorKind Kind, DependencyEdge Read, DependencyEdge? Other) Explain(DependencyGraph cycle)
    {
        AxisChoice nearest = Nearest(cycle);
        // rather where an axis is lost than where what lost it is read
        DependencyEdge? noLag = cycle.Edges.OrderBy(e => nearest.Axes[e.Source] < 0)
            .FirstOrDefault(e => nearest.Shift(e) is { IsBack: false, IsAhead: false });
        if (noLag is not null) return (nearest.Shift(noLag).Least is null ? RecurrenceErrorKind.NoLag : RecurrenceErrorKind.SameStep, noLag, null);

        DependencyEdge? directed = cycle.Edges.FirstOrDefault(e => !IsSame(nearest.Shift(e)));
        DependencyEdge? contrary = directed is null ? null : cycle.Edges.FirstOrDefault(e =>
            !IsSame(nearest.Shift(e)) && nearest.Shift(e).IsBack != nearest.Shift(directed).IsBack);
        if (contrary is not null) return (RecurrenceErrorKind.BothDirections, contrary, directed);

        // what stays within a step is cyclic: blame a read of what is not computed yet
        AxisChoice direction = nearest with { Reversed = directed is not null && nearest.Shift(directed).IsAhead };
        DependencyGraph step = cycle.WithinStep(direction).Components()
            .First(c => c.IsCyclic && AxisSearch.Find(c) is null);
        if (step.Edges.Count < cycle.Edges.Count && Explain(step) is { Kind: not RecurrenceErrorKind.NoLag } inner) return inner;
        DependencyEdge same = step.Edges.FirstOrDefault(e => e.Source >= e.Reader) ?? step.Edges[0];
        return (RecurrenceErrorKind.SameStep, same, null);
    }

    /// <summary>The choice with the fewest reads that are no lags; of equal ones, one with more lags of a step or more.</summary>
    private static AxisChoice Nearest(DependencyGraph cycle)
    {
        var order = AxisSearch.Walk(cycle);
        return Axes(cycle, order[0])
            .Select(axis => Extend(cycle, order, axis))
            .OrderBy(c => cycle.Edges.Count(e => c.Shift(e) is { IsBack: false, IsAhead: false }))
            .ThenByDescending(c => cycle.Edges.Count(e => !IsSame(c.Shift(e))))
            .First();
    }

    private static AxisChoice Extend(DependencyGraph cycle, List<int> order, int firstAxis)
    {
        var axes = ImmutableDictionary<int, int>.Empty.Add(order[0], firstAxis);
        foreach (int node in order.Skip(1))
        {
            int bad(int axis)
            {
                var choice = new AxisChoice(axes.SetItem(node, axis), false);
                return cycle.Edges.Count(e => choice.Axes.ContainsKey(e.Reader) && choice.Axes.ContainsKey(e.Source)
                    && choice.Shift(e) is { IsBack: false, IsAhead: false });
            }
            axes = axes.Add(node, Axes(cycle, node).OrderBy(bad).First());
        }
        return new AxisChoice(axes, false);
    }

    private static ImmutableArray<int> Axes(DependencyGraph cycle, int node) =>
        cycle.FreeAxes[node].IsEmpty ? [-1] : cycle.FreeAxes[node];

    private static bool IsSame(AxisShift shift) => shift is { IsBack: true, IsAhead: true };
}
