using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>The positions Start … Start+Length-1 of an axis, each taken once.</summary>
internal sealed record Block(Dim Start, Dim Length)
{
    public Dim End => Start + Length;

    /// <summary>
    /// The block that a form fills: its indices are digits of a mixed-radix number (<c>h*K + k</c>, ascending or descending).
    /// Null if the form is not of this kind.
    /// </summary>
    public static Block? Of(AffineForm form)
    {
        Dim start = form.Offset, stride = 1;
        var digits = form.Atoms.OfType<AffineVariable>().ToList();
        if (digits.Count != form.Atoms.Length) return null;
        digits.RemoveAll(d => d.Range.Equals(1));
        while (digits.Count > 0)
        {
            var digit = digits.FirstOrDefault(d => form[d].Equals(stride) || form[d].Equals(-stride));
            if (digit is null) return null;
            if (!form[digit].Equals(stride)) start -= stride * (digit.Range - 1);
            stride *= digit.Range;
            digits.Remove(digit);
        }
        return new Block(start, stride);
    }

    /// <summary>True if the blocks, in some order, fill the places 0 … size-1 without gap and overlap.</summary>
    public static bool Tile(IEnumerable<Block> blocks, Dim size)
    {
        var left = blocks.ToList();
        Dim end = 0;
        while (left.FirstOrDefault(b => b.Start.Equals(end)) is { } next)
        {
            end += next.Length;
            left.Remove(next);
        }
        return left.Count == 0 && end.Equals(size);
    }

    /// <summary>True if the blocks have a common place for all sizes.</summary>
    public bool Meets(Block other) => Before(Start, other.End) && Before(other.Start, End);

    /// <summary>True if places lie below 0 or from <paramref name="size"/> on, for all sizes.</summary>
    public bool Leaves(Dim size) => Before(Start, 0) || Before(size, End);

    private static bool Before(Dim a, Dim b) => DimSign.IsPositive(b - a, SizeAssumptions.AtLeastOne);
}

/// <summary>A box of places: a block on each axis.</summary>
internal static class Box
{
    public static ImmutableArray<Block>? Of(LeftSide side)
    {
        var blocks = side.Positions.Select(Block.Of).ToList();
        return blocks.All(b => b is not null) && UsesEachIndexOnce(side) ? [.. blocks!] : null;
    }

    /// <summary>True if no index stands on two axes: the places are a product over the axes.</summary>
    public static bool UsesEachIndexOnce(LeftSide side)
    {
        var used = side.Positions.SelectMany(p => p.Variables).ToList();
        return used.Count == used.Distinct().Count() && side.Axes.All(a => used.Contains(a) || a.Range.Equals(1));
    }

    public static bool Meet(ImmutableArray<Block> a, ImmutableArray<Block> b) => a.Zip(b, (x, y) => x.Meets(y)).All(m => m);

    /// <summary>True if the boxes fill a tensor: cut along some axis into slabs, each of which is filled likewise.</summary>
    public static bool Fill(IReadOnlyList<ImmutableArray<Block>> boxes, ImmutableArray<Dim> shape)
    {
        if (shape.IsEmpty) return boxes.Count == 1;
        return Enumerable.Range(0, shape.Length).Any(axis =>
            boxes.GroupBy(b => b[axis]).ToList() is var slabs
            && Block.Tile(slabs.Select(s => s.Key), shape[axis])
            && slabs.All(s => Fill([.. s.Select(b => b.RemoveAt(axis))], shape.RemoveAt(axis))));
    }
}
