using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Autodiff;

/// <summary>One axis of a piece of a tensor: its index, and the variable to loop over if it is not bound.</summary>
/// <param name="IsMain">It lies within 0 … Size-1.</param>
internal sealed record Region(Ir.Index Index, IndexVar? Loop, bool IsMain)
{
    /// <summary>More parts of an axis are not made.</summary>
    private const int MostParts = 4;

    /// <summary>
    /// A tensor cut into boxes: for each axis positions 0 … Size-1, those before, those after. Where sites read slices of a static
    /// axis, none of which overlaps another, it is cut at their ends too: of each slice the adjoint is written in its place, and there
    /// is no term that is 0 in all other places.
    /// </summary>
    /// <param name="scope">The recurrences around; within one along an axis of the data equations stay whole.</param>
    /// <param name="bound">Of an axis, the position that an enclosing recurrence binds, or null.</param>
    /// <param name="isWhole">Axes that are not cut.</param>
    public static IEnumerable<ImmutableArray<Region>> Boxes(
        Tensor tensor, ImmutableArray<Site> sites, ImmutableArray<Recurrence> scope, Func<int, Ir.Index?> bound, Func<int, bool>? isWhole = null)
    {
        bool isInSequence = scope.Any(r => r.Kind == RecurrenceKind.Sequence);
        IEnumerable<ImmutableArray<Region>> boxes = [[]];
        for (int i = 0; i < tensor.Rank; i++)
        {
            int axis = i;
            Region[] pieces = bound(axis) is { } index
                ? [new Region(index, null, true)]
                : [.. Main(tensor.Axes[axis], axis, isInSequence || isWhole?.Invoke(axis) == true ? [] : sites.Select(s => s.Load.Indices[axis])), .. Beyond(tensor.Axes[axis], axis)];
            boxes = boxes.SelectMany(box => pieces.Select(box.Add)).ToArray();
        }

        return boxes;
    }

    private static IEnumerable<Region> Main(TensorAxis axis, int number, IEnumerable<Ir.Index> read)
    {
        long[] cuts = axis.Size.TryGetConstant(out long size) ? Cuts(size, [.. read.Select(Slice).Distinct()]) : [];
        return cuts.Length < 3 ? [Along(axis.Size, 0, number, true)]
            : Enumerable.Range(0, cuts.Length - 1).Select(i => Along(cuts[i + 1] - cuts[i], cuts[i], number, true));
    }

    /// <summary>Where slices that do not overlap begin and end, 0 and the size too; nothing for others.</summary>
    private static long[] Cuts(long size, (long First, long End)?[] slices)
    {
        (long First, long End)[] ordered = [.. slices.OfType<(long First, long End)>().OrderBy(s => s.First)];
        if (ordered.Length < slices.Length || ordered.Zip(ordered.Skip(1), (a, b) => a.End > b.First).Contains(true)) return [];
        long[] cuts = [0, .. ordered.SelectMany(s => new[] { s.First, s.End }).Where(e => e > 0 && e < size).Distinct(), size];
        return cuts.Length - 1 > MostParts ? [] : cuts;
    }

    private static IEnumerable<Region> Beyond(TensorAxis axis, int number)
    {
        if (axis.Before > 0) yield return Along(axis.Before, -axis.Before, number, false);
        if (axis.After > 0) yield return Along(axis.After, axis.Size, number, false);
    }

    private static Region Along(Dim size, Dim first, int number, bool isMain)
    {
        var loop = new IndexVar($"i{number}", size);
        return new Region(Ir.Index.Of(loop).Plus(first), loop, isMain);
    }

    /// <summary>What i + first reaches; null for other forms.</summary>
    private static (long First, long End)? Slice(Ir.Index read)
    {
        if (!read.Constant.TryGetConstant(out long first)) return null;
        if (read.Terms.IsEmpty) return (first, first + 1);
        return read.Plus(-read.Constant).AsVariable() is { } variable && variable.Size.TryGetConstant(out long count) ? (first, first + count) : null;
    }
}
