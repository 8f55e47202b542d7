using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>Decides whether the equations for a tensor together fill every place exactly once (SSM0107).</summary>
public static class LeftSideCoverage
{
    /// <summary>
    /// The size that an axis without a declared one has: from the greatest position that its equations write. Null if that has
    /// no bound.
    /// </summary>
    /// <param name="positions">The left-side positions of all equations on the axis.</param>
    public static Dim? Extent(IEnumerable<AffineForm> positions)
    {
        Dim? extent = null;
        foreach (AffineForm position in positions)
        {
            if (Bounds.Extremes(position, Guards.None).Greatest is not { } greatest) return null;
            extent = extent is null ? greatest + 1 : DimSign.Greater(extent, greatest + 1, SizeAssumptions.AtLeastOne);
        }
        return extent;
    }

    /// <param name="shape">The tensor's shape.</param>
    /// <param name="sides">The left sides of all its equations (without those for initial states), in the order of the text.</param>
    public static CoverageProof Check(ImmutableArray<Dim> shape, IReadOnlyList<LeftSide> sides)
    {
        var boxes = sides.Select(Box.Of).ToList();
        var known = boxes.OfType<ImmutableArray<Block>>().ToList();
        if (known.Count == boxes.Count && Box.Fill(known, shape)) return CoverageProof.Proven;

        for (int i = 0; i < boxes.Count; i++)
        {
            if (boxes[i] is not { } box) continue;
            if (box.Zip(shape, (b, size) => b.Leaves(size)).Any(l => l)) return CoverageProof.Refuted(CoverageFault.Outside, i);
            for (int j = 0; j < i; j++)
            {
                if (boxes[j] is { } other && Box.Meet(box, other)) return CoverageProof.Refuted(CoverageFault.Overlap, i, j);
            }
        }
        Dim places = shape.Aggregate((Dim)1, (product, size) => product * size);
        Dim writes = sides.Aggregate((Dim)0, (sum, s) => sum + s.Axes.Aggregate((Dim)1, (product, a) => product * a.Range));
        if (DimSign.IsPositive(places - writes, SizeAssumptions.AtLeastOne)) return CoverageProof.Refuted(CoverageFault.Gap);

        return Counting.Check(shape, sides);
    }
}
