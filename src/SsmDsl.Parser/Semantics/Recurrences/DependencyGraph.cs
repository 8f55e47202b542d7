using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>A read between numbered nodes.</summary>
internal sealed record DependencyEdge(int Reader, int Source, DependencyRead Read)
{
    /// <summary>The shift along an axis of the reader and one of the source; -1 where a node has none.</summary>
    public AxisShift Shift(int readerAxis, int sourceAxis) =>
        readerAxis < 0 && sourceAxis < 0 ? AxisShift.Same
        : readerAxis < 0 || sourceAxis < 0 ? AxisShift.Any : Read.Shifts[readerAxis][sourceAxis];
}

/// <summary>Some nodes, ascending, with the reads among them that still bind, and the axes that no recurrence around uses.</summary>
internal sealed record DependencyGraph(
    IReadOnlyList<int> Nodes,
    IReadOnlyList<DependencyEdge> Edges,
    ImmutableDictionary<int, ImmutableArray<int>> FreeAxes)
{
    public bool IsCyclic => Edges.Count > 0;

    /// <summary>The components in order; a component's graph has the reads within it.</summary>
    public IEnumerable<DependencyGraph> Components()
    {
        var position = Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
        var components = StronglyConnected.Order(Nodes.Count, [.. Edges.Select(e => (position[e.Reader], position[e.Source]))]);
        var numbers = components.SelectMany((c, i) => c.Select(n => (Node: Nodes[n], i))).ToDictionary(p => p.Node, p => p.i);
        var inside = Edges.Where(e => numbers[e.Reader] == numbers[e.Source]).ToLookup(e => numbers[e.Reader]);
        return components.Select((c, i) => this with { Nodes = [.. c.Select(n => Nodes[n])], Edges = [.. inside[i]] });
    }

    /// <summary>What is left within one step of a recurrence: reads that may stay at the step.</summary>
    public DependencyGraph WithinStep(AxisChoice choice) => new(
        Nodes,
        [.. Edges.Where(e => !choice.IsEarlier(e))],
        FreeAxes.SetItems(Nodes.Select(n => new KeyValuePair<int, ImmutableArray<int>>(n, FreeAxes[n].Remove(choice.Axes[n])))));
}

/// <summary>An axis for each node of a cycle, and the direction along it.</summary>
internal sealed record AxisChoice(ImmutableDictionary<int, int> Axes, bool Reversed)
{
    public AxisShift Shift(DependencyEdge edge) => edge.Shift(Axes[edge.Reader], Axes[edge.Source]);

    public bool IsAllowed(DependencyEdge edge) => Reversed ? Shift(edge).IsAhead : Shift(edge).IsBack;

    public bool IsEarlier(DependencyEdge edge) => Reversed ? Shift(edge).IsStrictlyAhead : Shift(edge).IsStrictlyBack;
}
