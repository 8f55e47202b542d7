using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>What nodes are made of.</summary>
internal static class NodeParts
{
    /// <summary>The equations of a node and of the recurrences in it, in order.</summary>
    public static IEnumerable<Equation> Equations(Node node) => node switch
    {
        Equation equation => [equation],
        Recurrence recurrence => recurrence.Members.SelectMany(Equations),
        Group group => group.Body.SelectMany(Equations),
        RowGroup group => group.Equations,
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    /// <summary>The node with every equation in it replaced.</summary>
    public static Node Map(Node node, Func<Equation, Equation> map)
    {
        return node switch
        {
            Equation equation => map(equation),
            Recurrence recurrence => recurrence with { Members = All(recurrence.Members) },
            RowGroup group => new RowGroup([.. group.Equations.Select(map)]),
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

    public static IEnumerable<LoadScalar> Loads(Equation equation) =>
        new[] { equation.Body, equation.Guard, equation.Reduction?.Condition }.OfType<Scalar>()
            .Concat(equation.Left.SelectMany(i => i.Lookups()))
            .SelectMany(s => s.Loads());

    /// <summary>Tensors that a node reads or writes.</summary>
    public static IEnumerable<Tensor> Tensors(Node node) =>
        Equations(node).SelectMany(e => Loads(e).Select(l => l.Tensor).Prepend(e.Target));
}
