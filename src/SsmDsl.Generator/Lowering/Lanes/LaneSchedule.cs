using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>
/// Decides which loops of a kernel run in vector lanes: of the loops around each other at most one, the one that makes the
/// whole cheapest. That is mostly the one along which reads and writes lie side by side.
/// </summary>
internal static class LaneSchedule
{
    public static Kernel Of(Kernel kernel)
    {
        RowsStatement? items = kernel.Items;
        var body = ImmutableArray.CreateBuilder<Statement>();
        foreach (Statement statement in kernel.Body)
        {
            Statement scheduled = statement is RowsStatement rows ? OfRows(rows) : Of(statement);
            if (statement == kernel.Items) items = (RowsStatement)scheduled;
            body.Add(scheduled);
        }

        return kernel with { Items = items, Body = body.ToImmutable() };
    }

    /// <summary>The loops of a kernel that run in lanes.</summary>
    public static IEnumerable<LaneShape> LanesOf(Kernel kernel) => LanesOf(kernel.Body);

    private static IEnumerable<LaneShape> LanesOf(ImmutableArray<Statement> statements) => statements.SelectMany(s => s switch
    {
        LoopStatement { Lanes: { } lanes } => [lanes],
        RowsStatement { Lanes: { } lanes } => [lanes],
        LoopStatement l => LanesOf(l.Body),
        RowsStatement r => LanesOf(r.Body),
        ChunkLoopStatement c => LanesOf(c.Body),
        BranchStatement b => LanesOf(b.Then).Concat(LanesOf(b.Else)),
        _ => [],
    });

    private static RowsStatement OfRows(RowsStatement rows)
    {
        ImmutableArray<Statement> inside = Of(rows.Body);
        var plain = rows with { Body = inside };
        if (rows.Axes.Length != 1) return plain;
        ((Variable counter, Semantics.Dim size), ImmutableArray<Statement> body) = (rows.Axes[0], rows.Body);
        if (LaneAnalysis.Of(counter, body, LoopOrder.Parallel) is not { } shape) return plain;
        if (LaneCost.Of(counter, size, body, shape) >= LaneCost.Of([plain])) return plain;

        // An item is a whole number of vectors.
        long grain = (rows.Grain + LaneCost.Width - 1) / LaneCost.Width * LaneCost.Width;
        return rows with { Lanes = shape, Grain = grain };
    }

    private static ImmutableArray<Statement> Of(ImmutableArray<Statement> statements) => [.. statements.Select(Of)];

    private static Statement Of(Statement statement) => statement switch
    {
        BranchStatement b => b with { Then = Of(b.Then), Else = Of(b.Else) },
        LoopStatement l => OfLoop(l),
        ChunkLoopStatement c => c with { Body = Of(c.Body) },
        _ => statement,
    };

    private static LoopStatement OfLoop(LoopStatement loop)
    {
        LoopStatement plain = loop with { Body = Of(loop.Body) };
        return LaneAnalysis.Of(loop.Counter, loop.Body, loop.Order) is { } shape
            && LaneCost.Of(loop.Counter, loop.Size, loop.Body, shape) < LaneCost.Of([plain])
            ? InLanes(loop, shape)
            : plain;
    }

    private static LoopStatement InLanes(LoopStatement loop, LaneShape shape)
    {
        ImmutableArray<Statement> body = PartialSums.Of(loop.Body);
        return LaneAnalysis.Of(loop.Counter, body, loop.Order) is { } inParts ? loop with { Body = body, Lanes = inParts } : loop with { Lanes = shape };
    }
}
