using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>What nodes are made of.</summary>
internal static class NodeParts
{
    /// <summary>Passes ask for the reads of all equations over and over; equations never change.</summary>
    private static readonly ConditionalWeakTable<Equation, LoadScalar[]> KnownLoads = new();

    /// <summary>The equations of a node and of the recurrences in it, in order.</summary>
    public static IEnumerable<Equation> Equations(Node node) => node switch
    {
        Equation equation => [equation],
        Recurrence recurrence => recurrence.Members.SelectMany(Equations),
        Group group => group.Body.SelectMany(Equations),
        RowGroup group => group.Equations,
        TileGroup group => group.Equations,
        PartialProduct product => [product.Equation],
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    /// <summary>The node with every equation in it replaced.</summary>
    public static Node Map(Node node, Func<Equation, Equation> map)
    {
        return node switch
        {
            Equation equation => map(equation),
            Recurrence recurrence => recurrence with { Members = All(recurrence.Members) },
            PartialProduct product => product with { Equation = map(product.Equation) },
            RowGroup group => new RowGroup([.. group.Equations.Select(map)]),
            TileGroup group => new TileGroup(map(group.Product), [.. group.Maps.Select(map)]),
            Group group => group with
            {
                Before = [.. group.Before.Select(map)],
                Members = All(group.Members),
                After = [.. group.After.Select(map)],
                Segment = group.Segment is not { } segment ? null : segment with { Enter = [.. segment.Enter.Select(map)], Leave = [.. segment.Leave.Select(map)] },
                Chunks = group.Chunks is not { } chunks ? null : chunks with
                {
                    Enter = [.. chunks.Enter.Select(map)],
                    Replay = chunks.Replay is not { } replay ? null : replay with { Members = All(replay.Members) },
                },
            },
            _ => throw new NotSupportedException(node.GetType().Name),
        };

        ImmutableArray<Node> All(ImmutableArray<Node> nodes) => [.. nodes.Select(n => Map(n, map))];
    }

    public static IEnumerable<IndexVar> Steps(Node node) =>
        node is Recurrence recurrence ? recurrence.Members.SelectMany(Steps).Prepend(recurrence.Step) : [];

    public static IReadOnlyList<LoadScalar> Loads(Equation equation) => KnownLoads.GetValue(equation, FindLoads);

    /// <summary>Tensors that a node reads or writes.</summary>
    public static IEnumerable<Tensor> Tensors(Node node) =>
        Equations(node).SelectMany(e => Loads(e).Select(l => l.Tensor).Prepend(e.Target));

    private static LoadScalar[] FindLoads(Equation equation) =>
    [
        .. new[] { equation.Body, equation.Guard, equation.Reduction?.Condition }.OfType<Scalar>()
            .Concat(equation.Left.SelectMany(i => i.Lookups()))
            .SelectMany(s => s.Loads()),
    ];
}
