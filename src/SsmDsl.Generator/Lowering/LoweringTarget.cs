using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>What programs are lowered for: the choices that the kind of machine decides.</summary>
public sealed record LoweringTarget
{
    /// <summary>Few threads with caches of their own: an item is a block of work, neighbours in it run in vector lanes.</summary>
    public static LoweringTarget Cpu { get; } = new()
    {
        LargestChunk = 20_000,
        WantedChunk = 20_000,
        ChunkLengths = [32, 16, 8],
        LargestLocal = 1 << 15,
        LargestLocals = 1 << 16,
        RingGap = 16,
    };

    /// <summary>Very many threads: an item is one row, neighbouring threads are what lanes are elsewhere; a thread has little memory.</summary>
    public static LoweringTarget Gpu { get; } = new()
    {
        ManyThreads = true,
        LargestChunk = 1024,
        WantedChunk = 160,
        ChunkLengths = [16, 8, 4],
        LargestLocal = 2048,
        LargestLocals = 4096,
        ProductTile = 64,
        Segments = SegmentRule.Default,
    };

    private LoweringTarget()
    {
    }

    /// <summary>Every row is an item of its own, for no axis is left to lanes, and no rows share a block of memory.</summary>
    public bool ManyThreads { get; private init; }

    /// <summary>Elements that the steps of a chunk may hold while they are computed again.</summary>
    public long LargestChunk { get; private init; }

    /// <summary>Elements with which there is room in fast memory for them and for what is computed from them.</summary>
    public long WantedChunk { get; private init; }

    /// <summary>Steps of a chunk, the preferred number first.</summary>
    public ImmutableArray<int> ChunkLengths { get; private init; } = [];

    /// <summary>
    /// Elements of one tensor in memory of a row's own, and <see cref="LargestLocals"/> of all of them together. Where threads run
    /// a row, each holds no more than that of what is its own, and all of what they share.
    /// </summary>
    public long LargestLocal { get; private init; }

    public long LargestLocals { get; private init; }

    /// <summary>
    /// Elements, a line of a cache, between places of a ring that would otherwise be an even number of lines apart: a processor that
    /// looks for the store a load has to wait for takes places that are a multiple of 4 KB apart for one.
    /// </summary>
    public long RingGap { get; private init; }

    /// <summary>Rows, and columns, of an item of a product of matrices; 0 where that depends on the product.</summary>
    public long ProductTile { get; private init; }

    /// <summary>When linear recurrences run in segments side by side; null for never.</summary>
    public SegmentRule? Segments { get; init; }
}
