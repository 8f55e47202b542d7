using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>
/// Lets the threads of a warp run an item together where it has wide loops: the iterations of such a loop are its lanes. What is
/// around such loops every thread does for itself, but for writes that others see.
/// </summary>
internal static class WarpSchedule
{
    /// <summary>Threads of a warp.</summary>
    public const long Width = 32;

    /// <param name="least">Iterations of a loop that is worth it.</param>
    public static Kernel Run(Kernel kernel, long least)
    {
        ImmutableArray<Statement> marked = Marked(kernel.Body, l => l.IsAlongLane);
        if (!HasLanes(marked)) marked = Marked(kernel.Body, l => !l.Size.TryGetConstant(out long size) || size >= least);
        if (!HasLanes(marked)) return kernel;
        IReadOnlyList<MemoryAccess> accesses = MemoryAccess.Of(marked);
        ImmutableArray<LocalArray> locals =
        [
            .. kernel.Locals.Select(l => l with { IsShared = LaneOf(l, accesses) is null && accesses.Any(a => a.Pointer == l.Pointer && a.Lanes is not null) }),
        ];
        var synchronisation = new WarpSynchronisation(kernel.Tensors, locals, marked, accesses);
        ImmutableArray<Statement> body = synchronisation.Run(marked);
        return kernel with { Locals = locals, Body = body, Items = body.OfType<RowsStatement>().FirstOrDefault(), InWarps = true };
    }

    /// <summary>The number of lanes of an array of which every lane sees elements of its own only; null for another array.</summary>
    public static long? LaneOf(LocalArray array, IEnumerable<MemoryAccess> accesses)
    {
        MemoryAccess[] own = [.. accesses.Where(a => a.Pointer == array.Pointer)];
        if (own.Length == 0 || own.Any(a => a.Lanes is null || a.Place is null)) return null;
        if (!own[0].Lanes!.Size.TryGetConstant(out long lanes) || lanes > Width || array.Elements % lanes != 0) return null;
        return own.All(a => a.Lanes!.Size.TryGetConstant(out long size) && size == lanes && IsOfLane(a.Place!, a.Lanes.Counter, lanes)) ? lanes : null;
    }

    /// <summary>Place = lane + a multiple of the number of lanes.</summary>
    private static bool IsOfLane(Place place, Variable lane, long lanes) =>
        place.Terms.Count(t => t.Variable == lane) == 1
        && place.Constant.TryGetConstant(out long constant) && constant % lanes == 0
        && place.Terms.All(t => t.Factor.TryGetConstant(out long factor) && (t.Variable == lane ? factor == 1 : factor % lanes == 0));

    private static ImmutableArray<Statement> Marked(ImmutableArray<Statement> statements, Func<LoopStatement, bool> isWanted) => [.. statements.Select(s => Marked(s, isWanted))];

    private static Statement Marked(Statement statement, Func<LoopStatement, bool> isWanted) => statement switch
    {
        LoopStatement l when isWanted(l) && !HasNarrower(l, isWanted) && LaneTotals.Of(l) is { } totals => l with { Lanes = new LaneShape(l.Counter) { Totals = totals } },
        LoopStatement l => l with { Body = Marked(l.Body, isWanted) },
        ChunkLoopStatement c => c with { Body = Marked(c.Body, isWanted) },
        RowsStatement r => r with { Body = Marked(r.Body, isWanted) },
        BranchStatement b => b with { Then = Marked(b.Then, isWanted), Else = Marked(b.Else, isWanted) },
        _ => statement,
    };

    /// <summary>Of sums within each other, the innermost goes along what lies side by side.</summary>
    private static bool HasNarrower(LoopStatement loop, Func<LoopStatement, bool> isWanted) => loop.Order == LoopOrder.Reduction
        && loop.Body.OfType<LoopStatement>().Any(l => l.Order == LoopOrder.Reduction && isWanted(l) && LaneTotals.Of(l) is not null);

    private static bool HasLanes(IEnumerable<Statement> statements) => statements.Any(s => s switch
    {
        LoopStatement { Lanes: not null } => true,
        LoopStatement l => HasLanes(l.Body),
        ChunkLoopStatement c => HasLanes(c.Body),
        RowsStatement r => HasLanes(r.Body),
        BranchStatement b => HasLanes(b.Then) || HasLanes(b.Else),
        _ => false,
    });
}
