using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>
/// Where arrays lie that each thread has for itself, and that did not become variables: in shared memory, a column for each thread of
/// a group, as long as a group has room for that. Local memory, the alternative, is the device's.
/// </summary>
internal static class ThreadArrays
{
    /// <summary>Threads of a group, unless arrays need more room. A device may take fewer.</summary>
    public const int MostThreads = 128;

    private const int Warp = (int)WarpSchedule.Width;

    // What a group has without asking for more, on every architecture.
    private const long Room = 48 << 10;

    /// <summary>Columns of the arrays: threads of a group at the most. Null if there are no such arrays, or no room.</summary>
    public static int? Columns(Kernel kernel, RealType real)
    {
        long own = Bytes(kernel, real, isShared: false), common = Bytes(kernel, real, isShared: true);
        if (own == 0) return null;
        int[] sizes = kernel.InWarps && common > 0 ? [Warp] : [MostThreads, 64, Warp];
        foreach (int threads in sizes)
        {
            if (common + own * threads <= Room) return threads;
        }

        return null;
    }

    private static long Bytes(Kernel kernel, RealType real, bool isShared) =>
        kernel.Locals.Where(l => l.IsShared == isShared).Sum(l => l.Elements * Size(l.Pointer.Element, real));

    private static int Size(ElementType element, RealType real) => element switch
    {
        ElementType.Bool => 1,
        ElementType.Real => real == RealType.Float64 ? 8 : 4,
        _ => 4,
    };
}
