using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>
/// Orders equations that may refer to each other in any order, and finds the recurrences among them. A cycle of reads is a
/// recurrence if there is one axis of each of its nodes along which every read in the cycle goes 0 or more steps in the same
/// direction and some go at least one; what then stays within a step must be free of cycles, or be a recurrence along other axes.
/// </summary>
public static class RecurrenceScheduler
{
    /// <param name="nodes">In the order of the text.</param>
    /// <param name="reads">In the order of the text; what is read that is no node is left out by the caller.</param>
    public static Schedule Order(IReadOnlyList<DependencyNode> nodes, IEnumerable<DependencyRead> reads)
    {
        var numbers = nodes.Select((n, i) => (n.Key, i)).ToDictionary(p => p.Key, p => p.i);
        var graph = new DependencyGraph(
            [.. Enumerable.Range(0, nodes.Count)],
            [.. reads.Select(r => new DependencyEdge(numbers[r.Reader], numbers[r.Source], r))],
            nodes.Select((n, i) => (n, i)).ToImmutableDictionary(p => p.i, p => Enumerable.Range(0, p.n.AxisCount).ToImmutableArray()));
        var errors = ImmutableArray.CreateBuilder<RecurrenceError>();
        return new Schedule(Order(graph, nodes, errors), errors.ToImmutable());
    }

    private static ImmutableArray<ScheduleItem> Order(
        DependencyGraph graph, IReadOnlyList<DependencyNode> nodes, ImmutableArray<RecurrenceError>.Builder errors) =>
        [.. graph.Components().SelectMany(c => OrderComponent(c, nodes, errors))];

    private static IEnumerable<ScheduleItem> OrderComponent(
        DependencyGraph component, IReadOnlyList<DependencyNode> nodes, ImmutableArray<RecurrenceError>.Builder errors)
    {
        if (component.IsCyclic && AxisSearch.Find(component) is { } choice)
            return [Recurrence(component, choice, nodes, errors)];
        if (component.IsCyclic) errors.Add(RecurrenceBlame.Explain(component, nodes));
        return component.Nodes.Select(n => new ScheduledNode(nodes[n].Key));
    }

    private static ScheduledRecurrence Recurrence(
        DependencyGraph cycle, AxisChoice choice, IReadOnlyList<DependencyNode> nodes, ImmutableArray<RecurrenceError>.Builder errors)
    {
        Dim lag(int node) => cycle.Edges.Where(e => e.Source == node)
            .Select(e => choice.Reversed ? choice.Shift(e).Greatest! : -choice.Shift(e).Least!)
            .Aggregate((Dim)0, (a, b) => DimSign.Greater(a, b, SizeAssumptions.AtLeastOne));
        return new ScheduledRecurrence(
            cycle.Nodes.ToImmutableDictionary(n => nodes[n].Key, n => choice.Axes[n]),
            choice.Reversed,
            cycle.Nodes.ToImmutableDictionary(n => nodes[n].Key, lag),
            Order(cycle.WithinStep(choice), nodes, errors));
    }
}
