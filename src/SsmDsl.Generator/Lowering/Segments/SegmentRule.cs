using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>Into how many segments, run side by side, a recurrence cuts a sequence where its rows do not fill the device.</summary>
/// <param name="Threads">
/// Rows that fill the device, a thread for each element beside each other: with fewer, memory is waited for. An H100 holds 270 000
/// threads and reads at full speed with about a quarter of them. It does not depend on the device, so that results do not either.
/// </param>
/// <param name="Shortest">Steps of a segment: what a segment costs beyond its steps (two numbers for each state) is then small.</param>
/// <param name="Most">Segments: what goes from one to the next is computed one after the other, as long as the steps within them.</param>
/// <param name="Fewest">Segments: all steps are computed twice, so that three take no longer than two thirds. Their number is a multiple of it.</param>
public sealed record SegmentRule(long Threads, long Shortest, long Most, long Fewest)
{
    public static SegmentRule Default { get; } = new(Threads: 1 << 16, Shortest: 64, Most: 256, Fewest: 4);

    /// <summary>How many there should be; 0 or 1 where the sequence stays whole.</summary>
    /// <param name="rows">Elements of a step.</param>
    public Dim Wanted(Dim rows, Dim steps) =>
        Dim.Floor(Dim.Min(Dim.Min(Dim.Floor(steps, Shortest), Dim.Floor(Threads, Dim.Max(1, rows))), Most), Fewest) * Fewest;

    /// <summary>Units of a segment, of which each has <paramref name="unit"/> steps; at least 1.</summary>
    public static Dim Length(Dim wanted, Dim steps, long unit) => Dim.Max(1, Dim.Ceil(Dim.Ceil(steps, Dim.Max(1, wanted)), unit));

    /// <summary>Segments that there are, none of them empty if there are steps; at least 1.</summary>
    public static Dim Count(Dim length, Dim steps, long unit) => Dim.Max(1, Dim.Ceil(steps, length * unit));
}
