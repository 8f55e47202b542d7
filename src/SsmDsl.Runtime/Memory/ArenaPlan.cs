using SsmDsl.Programs;

namespace SsmDsl.Memory;

/// <summary>Where in a run's memory each intermediate tensor stands, for given sizes.</summary>
/// <param name="Dims">The dynamic sizes it was made for.</param>
/// <param name="Offsets">In bytes, one for each buffer of the program.</param>
/// <param name="Strides">
/// Of buffers that sequences have which run one after the other, one for each thread: from a thread's to the next, in bytes. 0 for others.
/// </param>
/// <param name="Bytes">Size of the whole.</param>
internal sealed record ArenaPlan(nint[] Dims, nint[] Offsets, nint[] Strides, nint Bytes)
{
    /// <summary>The offset of a buffer that is not in the plan.</summary>
    public const nint Absent = -1;

    private const nint Page = 4096;

    /// <param name="sizes">In bytes; 0 for those that the run does not use.</param>
    public static ArenaPlan Make(ReadOnlySpan<ArenaBuffer> buffers, ReadOnlySpan<nint> dims, ReadOnlySpan<nint> sizes, ArenaContent content = ArenaContent.Run) =>
        Make(buffers, dims, sizes, content, [], 1);

    /// <param name="sizes">In bytes: of one sequence where the buffer's part runs by sequence.</param>
    /// <param name="bySequence">For each part that leaves every sequence to itself, whether they run one after the other.</param>
    /// <param name="threads">How many of them run at a time.</param>
    public static ArenaPlan Make(
        ReadOnlySpan<ArenaBuffer> buffers, ReadOnlySpan<nint> dims, ReadOnlySpan<nint> sizes, ArenaContent content, ReadOnlySpan<bool> bySequence, int threads)
    {
        nint[] offsets = new nint[buffers.Length], strides = new nint[buffers.Length];
        offsets.AsSpan().Fill(Absent);
        var items = new List<Item>();
        var parts = bySequence.ToArray().Select(by => by ? new List<Item>() : null).ToArray();
        for (int i = 0; i < buffers.Length; i++)
        {
            ArenaBuffer buffer = buffers[i];
            if (content != ArenaContent.All && buffer.IsPrepared != (content == ArenaContent.Prepared)) continue;
            List<Item> those = buffer.Part > 0 && buffer.Part <= parts.Length && parts[buffer.Part - 1] is { } own ? own : items;
            those.Add(content == ArenaContent.Run ? new Item(i, sizes[i], buffer.FirstUse, buffer.LastUse) : new Item(i, sizes[i], 0, 0));
        }

        // A part's buffers for all threads are one.
        var areas = new List<(List<Item> Items, nint Bytes)>();
        foreach (List<Item> part in parts.OfType<List<Item>>().Where(p => p.Count > 0))
        {
            nint bytes = NativeBlock.Align(Arrange(part, offsets));
            foreach (Item item in part) strides[item.Buffer] = bytes;
            items.Add(new Item(buffers.Length + areas.Count, checked(threads * bytes), part.Min(p => p.First), part.Max(p => p.Last)));
            areas.Add((part, bytes));
        }

        nint[] all = [.. offsets, .. new nint[areas.Count]];
        nint total = Arrange(items, all);
        all.AsSpan(0, buffers.Length).CopyTo(offsets);
        for (int area = 0; area < areas.Count; area++)
        {
            foreach (Item item in areas[area].Items) offsets[item.Buffer] += all[buffers.Length + area];
        }

        return new ArenaPlan(dims.ToArray(), offsets, strides, total);
    }

    /// <summary>
    /// Places the largest buffers first, each at the lowest offset where nothing is that lives at the same time.
    /// Buffers are aligned to 64 bytes; large ones start at different places within a page, because loads and stores
    /// whose addresses agree modulo 4 KB wait for each other.
    /// </summary>
    /// <returns>The bytes of all.</returns>
    private static nint Arrange(List<Item> items, nint[] offsets)
    {
        Item[] order = [.. items.OrderByDescending(i => i.Bytes).ThenBy(i => i.Buffer)];
        var placed = new List<(nint Start, nint End, Item Item)>(order.Length);
        nint total = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            Item item = order[rank];
            nint size = NativeBlock.Align(item.Bytes);
            nint residue = size >= Page ? (2 * rank + 1) * NativeBlock.Alignment % Page : -1;
            nint start = Settle(0, residue);
            foreach ((nint otherStart, nint otherEnd, Item other) in placed)
            {
                if (item.First > other.Last || other.First > item.Last) continue;
                if (start + size <= otherStart) break;
                if (otherEnd > start) start = Settle(otherEnd, residue);
            }

            offsets[item.Buffer] = start;
            total = Math.Max(total, checked(start + size));
            Insert(placed, (start, start + size, item));
        }

        return total;
    }

    private static nint Settle(nint offset, nint residue) =>
        residue < 0 ? offset : checked(offset + ((residue - offset) % Page + Page) % Page);

    private static void Insert(List<(nint Start, nint End, Item Item)> placed, (nint Start, nint End, Item Item) item)
    {
        int at = placed.Count;
        while (at > 0 && placed[at - 1].Start > item.Start) at--;
        placed.Insert(at, item);
    }

    /// <summary>Something to place that lives from one step to another.</summary>
    private readonly record struct Item(int Buffer, nint Bytes, int First, int Last);
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
