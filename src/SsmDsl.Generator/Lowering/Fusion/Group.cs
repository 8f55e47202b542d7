using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// What one kernel is made from: a loop over rows that are independent of each other, in it one loop along a sequence, in
/// that several equations. For each row: <paramref name="Before"/>, then for each step <paramref name="Members"/>, then
/// <paramref name="After"/>. All equations have the rows and the step under the same variables.
/// </summary>
/// <param name="Rows">Independent indices: of equations' axes, never reduced.</param>
/// <param name="Lane">The static parallel axis that every equation has innermost, or null.</param>
/// <param name="Shapes">
/// Of each tensor written here whose rows lie each on an axis of its own: the index that stands for every axis, null where an
/// axis lies within a row.
/// </param>
/// <param name="Chunks">The steps in chunks of fixed length, or null.</param>
internal sealed record Group(
    IndexVar Step,
    bool Reversed,
    ImmutableArray<IndexVar> Rows,
    IndexVar? Lane,
    ImmutableArray<Equation> Before,
    ImmutableArray<Node> Members,
    ImmutableArray<Equation> After,
    ImmutableDictionary<Tensor, ImmutableArray<Index?>> Shapes,
    Chunks? Chunks = null) : Node
{
    /// <summary>The segment of the steps that a row has, or null for all of them.</summary>
    public Segment? Segment { get; init; }

    /// <summary>+1 or -1: from one step to the next.</summary>
    public int Direction => Reversed ? -1 : 1;

    public IEnumerable<Node> Body =>
    [
        .. Before, .. Chunks?.Enter ?? [], .. Chunks?.Replay?.Members ?? [], .. Members, .. After, .. Segment?.Enter ?? [], .. Segment?.Leave ?? [],
    ];

    /// <summary>Rows, the step, what is within a row, the lane.</summary>
    public ImmutableArray<IndexVar> Ordered(IEnumerable<IndexVar> variables) =>
        [.. variables.OrderBy(v => Rows.Contains(v) ? Rows.IndexOf(v) - Rows.Length : v == Step ? 0 : v == Lane ? 2 : 1)];
}

/// <summary>Chunk c has the steps Length·c … Length·c + Length-1 that there are; there is at least one chunk.</summary>
/// <param name="Enter">Run for each chunk before its steps: states are put into checkpoints, or taken out of them.</param>
/// <param name="Replay">Runs before the steps of each chunk.</param>
internal sealed record Chunks(IndexVar Chunk, int Length, ImmutableArray<Equation> Enter, Replay? Replay);

/// <summary>Members of another group computed again, in their own direction.</summary>
/// <param name="Behind">Places before the chunk that are restored from a checkpoint.</param>
/// <param name="Ahead">Steps beyond the chunk's end that are computed too.</param>
internal sealed record Replay(IndexVar Step, int Behind, int Ahead, ImmutableArray<Node> Members, ImmutableHashSet<Tensor> Tensors);

/// <summary>
/// The segment of the steps that an item runs: of Count segments the one of <paramref name="Number"/>, which is a row, counted in the
/// order in which the steps go. Before runs in the first segment only, After in the last.
/// </summary>
/// <param name="Length">Steps of a segment, or chunks if there are chunks; the last segment may have fewer.</param>
/// <param name="First">Stands for the first step of the segment that runs, <paramref name="Last"/> for the last.</param>
/// <param name="Enter">Run before the steps of other segments than the first, or of all if <paramref name="IsAlone"/>.</param>
/// <param name="Leave">Run after the steps of each segment.</param>
/// <param name="IsAlone">Segments start from nothing, not from what was before.</param>
internal sealed record Segment(
    IndexVar Number, Dim Count, Dim Length, IndexVar First, IndexVar Last, ImmutableArray<Equation> Enter, ImmutableArray<Equation> Leave, bool IsAlone);
