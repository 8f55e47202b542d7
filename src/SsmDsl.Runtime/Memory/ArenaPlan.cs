using SsmDsl.Programs;

namespace SsmDsl.Memory;

/// <summary>Where in a run's memory each intermediate tensor stands, for given sizes.</summary>
/// <param name="Dims">The dynamic sizes it was made for.</param>
/// <param name="Offsets">In bytes, one for each buffer of the program.</param>
/// <param name="Bytes">Size of the whole.</param>
internal sealed record ArenaPlan(nint[] Dims, nint[] Offsets, nint Bytes)
{
    /// <summary>The offset of a buffer that is not in the plan.</summary>
    public const nint Absent = -1;

    private const nint Page = 4096;

    /// <summary>
    /// Places the largest buffers first, each at the lowest offset where nothing is that lives at the same time.
    /// Buffers are aligned to 64 bytes; large ones start at different places within a page, because loads and stores
    /// whose addresses agree modulo 4 KB wait for each other.
    /// </summary>
    public static ArenaPlan Make(ReadOnlySpan<ArenaBuffer> buffers, ReadOnlySpan<nint> dims, ReadOnlySpan<nint> sizes, ArenaContent content = ArenaContent.Run)
    {
        var offsets = new nint[buffers.Length];
        offsets.AsSpan().Fill(Absent);
        bool[] isPrepared = [.. buffers.ToArray().Select(b => b.IsPrepared)];
        int[] order = [.. Enumerable.Range(0, buffers.Length).Where(b => content == ArenaContent.All || isPrepared[b] == (content == ArenaContent.Prepared))];
        nint[] keys = sizes.ToArray();
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[b].CompareTo(keys[a]) : a.CompareTo(b));

        var placed = new List<(nint Start, nint End, int Buffer)>(buffers.Length);
        nint total = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            int buffer = order[rank];
            nint size = NativeBlock.Align(sizes[buffer]);
            nint residue = size >= Page ? (2 * rank + 1) * NativeBlock.Alignment % Page : -1;
            nint start = Settle(0, residue);
            foreach ((nint otherStart, nint otherEnd, int other) in placed)
            {
                if (content == ArenaContent.Run && !Overlap(buffers[buffer], buffers[other])) continue;
                if (start + size <= otherStart) break;
                if (otherEnd > start) start = Settle(otherEnd, residue);
            }

            offsets[buffer] = start;
            total = Math.Max(total, checked(start + size));
            Insert(placed, (start, start + size, buffer));
        }

        return new ArenaPlan(dims.ToArray(), offsets, total);
    }

    private static bool Overlap(ArenaBuffer a, ArenaBuffer b) => a.FirstUse <= b.LastUse && b.FirstUse <= a.LastUse;

    private static nint Settle(nint offset, nint residue) =>
        residue < 0 ? offset : checked(offset + ((residue - offset) % Page + Page) % Page);

    private static void Insert(List<(nint Start, nint End, int Buffer)> placed, (nint Start, nint End, int Buffer) item)
    {
        int at = placed.Count;
        while (at > 0 && placed[at - 1].Start > item.Start) at--;
        placed.Insert(at, item);
    }
}

/// <summary>Which buffers a plan has.</summary>
internal enum ArenaContent
{
    /// <summary>Those of a run; they share memory where lifetimes allow.</summary>
    Run,

    /// <summary>Those that are kept from run to run.</summary>
    Prepared,

    /// <summary>All, each with memory of its own, so that all contents can be read after the run.</summary>
    All,
}
