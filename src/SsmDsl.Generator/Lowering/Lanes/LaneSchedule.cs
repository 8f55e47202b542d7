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
            Statement scheduled = statement is RowsStatement rows ? OfRows(rows) : Of(statement, descends: false);
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

    /// <param name="descends">
    /// A loop around runs from its end to its start. Lanes then do so too: memory is read and written backwards throughout, in
    /// an order that processors foresee, where rows from left to right, one before the other, would not be.
    /// </param>
    private static ImmutableArray<Statement> Of(ImmutableArray<Statement> statements, bool descends = false) => [.. statements.Select(s => Of(s, descends))];

    private static Statement Of(Statement statement, bool descends) => statement switch
    {
        BranchStatement b => b with { Then = Of(b.Then, descends), Else = Of(b.Else, descends) },
        LoopStatement l => OfLoop(l, descends),
        ChunkLoopStatement c => c with { Body = Of(c.Body, c.Reversed) },
        _ => statement,
    };

    private static LoopStatement OfLoop(LoopStatement loop, bool descends)
    {
        LoopStatement plain = loop with { Body = Of(loop.Body, loop.Reversed || (descends && loop.Order != LoopOrder.Sequential)) };
        if (LaneAnalysis.Of(loop.Counter, loop.Body, loop.Order) is not { } shape) return plain;
        if (LaneCost.Of(loop.Counter, loop.Size, loop.Body, shape) >= LaneCost.Of([plain])) return plain;
        return InLanes(loop, shape) with { Reversed = descends && loop.Order == LoopOrder.Parallel };
    }

    private static LoopStatement InLanes(LoopStatement loop, LaneShape shape)
    {
        ImmutableArray<Statement> body = PartialSums.Of(loop.Body);
        return LaneAnalysis.Of(loop.Counter, body, loop.Order) is { } inParts ? loop with { Body = body, Lanes = inParts } : loop with { Lanes = shape };
    }
}
