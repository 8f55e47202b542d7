using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>Nodes inside of loops over copies: the loops around run outside of the kernel, which only reads their counters.</summary>
internal static class OuterSteps
{
    /// <summary>The node with equations that do not loop over these steps.</summary>
    public static Node Without(Node node, ImmutableArray<IndexVar> steps) => steps.IsEmpty ? node : node switch
    {
        Equation e => Without(e, steps),
        Recurrence r => r with { Members = Without(r.Members, steps) },
        RowGroup g => new RowGroup([.. g.Equations.Select(e => Without(e, steps))]),
        Group g => g with
        {
            Before = [.. g.Before.Select(e => Without(e, steps))],
            Members = Without(g.Members, steps),
            After = [.. g.After.Select(e => Without(e, steps))],
            Chunks = g.Chunks is not { } chunks ? null : chunks with
            {
                Enter = [.. chunks.Enter.Select(e => Without(e, steps))],
                Replay = chunks.Replay is not { } replay ? null : replay with { Members = Without(replay.Members, steps) },
            },
        },
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    private static ImmutableArray<Node> Without(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> steps) => [.. nodes.Select(n => Without(n, steps))];

    private static Equation Without(Equation equation, ImmutableArray<IndexVar> steps) => equation with { Axes = [.. equation.Axes.Where(a => !steps.Contains(a))] };
}
