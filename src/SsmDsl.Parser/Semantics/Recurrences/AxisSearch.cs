using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>Finds the axes along which a cycle is a recurrence.</summary>
internal static class AxisSearch
{
    private const int MostChoices = 4096;

    /// <summary>
    /// Axes and direction such that every read goes 0 or more steps to what is computed before, at least one read goes 1 or
    /// more, and what stays within a step is a recurrence along other axes or none; rather none. Null if there are no such axes.
    /// </summary>
    public static AxisChoice? Find(DependencyGraph cycle)
    {
        AxisChoice? nested = null;
        foreach (AxisChoice choice in Choices(cycle, reversed: false).Concat(Choices(cycle, reversed: true)))
        {
            if (!cycle.Edges.Any(choice.IsEarlier)) continue;
            var rest = cycle.WithinStep(choice).Components().Where(c => c.IsCyclic).ToList();
            if (rest.Count == 0) return choice;
            if (nested is null && rest.All(c => Find(c) is not null)) nested = choice;
        }
        return nested;
    }

    private static IEnumerable<AxisChoice> Choices(DependencyGraph cycle, bool reversed)
    {
        // along the reads, so that the axis of one node restricts that of the next at once
        var order = Walk(cycle);
        var edgesUpTo = order.Select((_, i) => cycle.Edges
            .Where(e => Math.Max(order.IndexOf(e.Reader), order.IndexOf(e.Source)) == i).ToList()).ToList();
        var open = new Stack<AxisChoice>();
        open.Push(new AxisChoice(ImmutableDictionary<int, int>.Empty, reversed));
        for (int tried = 0; open.Count > 0 && tried < MostChoices; tried++)
        {
            AxisChoice choice = open.Pop();
            int depth = choice.Axes.Count;
            if (depth == order.Count)
            {
                yield return choice;
                continue;
            }
            foreach (int axis in cycle.FreeAxes[order[depth]].Reverse())
            {
                AxisChoice next = choice with { Axes = choice.Axes.Add(order[depth], axis) };
                if (edgesUpTo[depth].All(next.IsAllowed)) open.Push(next);
            }
        }
    }

    /// <summary>The nodes in an order in which each (but the first) reads, or is read by, an earlier one.</summary>
    internal static List<int> Walk(DependencyGraph cycle)
    {
        var neighbours = cycle.Edges.SelectMany(e => new[] { (e.Reader, e.Source), (e.Source, e.Reader) }).ToLookup(p => p.Item1, p => p.Item2);
        var order = new List<int> { cycle.Nodes[0] };
        for (int i = 0; i < order.Count; i++) order.AddRange(neighbours[order[i]].Distinct().Except(order).ToList());
        return order;
    }
}
