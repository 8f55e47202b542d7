using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>Counts how often places are written, where sizes are numbers. Axes that every equation fills as a whole may be of any size.</summary>
internal static class Counting
{
    private const long MostPlaces = 1 << 20;

    public static CoverageProof Check(ImmutableArray<Dim> shape, IReadOnlyList<LeftSide> sides)
    {
        var whole = Enumerable.Range(0, shape.Length).Where(axis => sides.All(s => IsWhole(s, axis, shape[axis]))).ToList();
        sides = [.. sides.Select(s => new LeftSide(
            Without(s.Positions, whole), [.. s.Axes.Except(whole.SelectMany(axis => s.Positions[axis].Variables))]))];
        shape = Without(shape, whole);

        var sizes = shape.Select(Number).ToList();
        if (sizes.Any(s => s is null or > MostPlaces) || !sides.All(IsNumeric)) return CoverageProof.Unknown;
        bool areProducts = sides.All(Box.UsesEachIndexOnce);
        var together = sides.SelectMany(s => areProducts ? s.Positions.Select(p => p.Variables) : [s.Axes]);
        if (together.Any(v => Count(v) > MostPlaces)) return CoverageProof.Unknown;
        return areProducts ? ByAxes([.. sizes.Select(s => (int)s!)], sides) : ByPlaces([.. sizes.Select(s => (int)s!)], sides);
    }

    /// <summary>
    /// The places of an equation are a product over the axes. Positions of an axis that are alike (written by the same equations)
    /// are taken together.
    /// </summary>
    private static CoverageProof ByAxes(ImmutableArray<int> sizes, IReadOnlyList<LeftSide> sides)
    {
        // per axis, the different sets of equations that write a position
        var kinds = new List<List<HashSet<int>>>();
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            var writers = Enumerable.Range(0, sizes[axis]).Select(_ => new List<int>()).ToList();
            for (int e = 0; e < sides.Count; e++)
            {
                foreach (long position in Values(sides[e].Positions[axis]))
                {
                    if (position < 0 || position >= sizes[axis]) return CoverageProof.Refuted(CoverageFault.Outside, e);
                    List<int> here = writers[(int)position];
                    if (here.Count > 0 && here[here.Count - 1] == e) return CoverageProof.Refuted(CoverageFault.NotOneToOne, e);
                    here.Add(e);
                }
            }
            kinds.Add([.. writers.GroupBy(w => string.Join(",", w)).Select(g => new HashSet<int>(g.First()))]);
        }
        return Combine(kinds, 0, [.. Enumerable.Range(0, sides.Count)]) ?? CoverageProof.Proven;
    }

    /// <summary>The first fault among the places of one combination of kinds; null if there is none.</summary>
    private static CoverageProof? Combine(List<List<HashSet<int>>> kinds, int axis, ImmutableArray<int> writers)
    {
        if (writers.IsEmpty) return CoverageProof.Refuted(CoverageFault.Gap);
        if (axis < kinds.Count) return kinds[axis].Select(k => Combine(kinds, axis + 1, [.. writers.Where(k.Contains)])).FirstOrDefault(f => f is not null);
        return writers.Length == 1 ? null : CoverageProof.Refuted(CoverageFault.Overlap, writers[1], writers[0]);
    }

    private static CoverageProof ByPlaces(ImmutableArray<int> sizes, IReadOnlyList<LeftSide> sides)
    {
        var writer = new Dictionary<long, int>();
        for (int e = 0; e < sides.Count; e++)
        {
            foreach (var values in Assignments(sides[e].Axes))
            {
                long place = 0;
                for (int axis = 0; axis < sizes.Length; axis++)
                {
                    long position = At(sides[e].Positions[axis], values);
                    if (position < 0 || position >= sizes[axis]) return CoverageProof.Refuted(CoverageFault.Outside, e);
                    place = (place * sizes[axis]) + position;
                }
                if (writer.TryGetValue(place, out int other))
                    return other == e ? CoverageProof.Refuted(CoverageFault.NotOneToOne, e) : CoverageProof.Refuted(CoverageFault.Overlap, e, other);
                writer.Add(place, e);
            }
        }
        return writer.Count == sizes.Aggregate(1L, (product, s) => product * s) ? CoverageProof.Proven : CoverageProof.Refuted(CoverageFault.Gap);
    }

    private static bool IsWhole(LeftSide side, int axis, Dim size) =>
        Block.Of(side.Positions[axis]) is { } block && block.Start.Equals(0) && block.Length.Equals(size)
        && side.Positions.Where((_, other) => other != axis).All(p => !p.Variables.Intersect(side.Positions[axis].Variables).Any());

    private static bool IsNumeric(LeftSide side) =>
        side.Positions.All(p => p.Offset.IsConstant && p.Atoms.All(a => p[a].IsConstant) && p.Variables.All(v => v.Range.IsConstant));

    /// <summary>How many values the indices have together, up to a little more than the most that are tried.</summary>
    private static long Count(IEnumerable<AffineVariable> variables) => variables.Aggregate(
        1L, (product, v) => Number(v.Range) is { } r && r <= MostPlaces ? Math.Min(MostPlaces + 1, product * r) : MostPlaces + 1);

    private static IEnumerable<long> Values(AffineForm form) => Assignments([.. form.Variables]).Select(values => At(form, values));

    private static IEnumerable<Dictionary<AffineVariable, long>> Assignments(ImmutableArray<AffineVariable> variables) => variables.IsEmpty
        ? [[]]
        : from rest in Assignments(variables.RemoveAt(variables.Length - 1))
          from value in Enumerable.Range(0, (int)Number(variables[variables.Length - 1].Range)!)
          select new Dictionary<AffineVariable, long>(rest) { [variables[variables.Length - 1]] = value };

    private static long At(AffineForm form, Dictionary<AffineVariable, long> values) => form.Atoms.Aggregate(
        Number(form.Offset)!.Value,
        (sum, atom) => sum + (Number(form[atom])!.Value * (atom switch
        {
            AffineVariable v => values[v],
            AffineQuotient q => Floor(At(q.Dividend, values), Number(q.Divisor)!.Value),
            _ => throw new InvalidOperationException(),
        })));

    private static long Floor(long a, long b) => (a / b) - (a % b < 0 ? 1 : 0);

    private static long? Number(Dim dim) => dim.TryGetConstant(out long value) ? value : null;

    private static ImmutableArray<T> Without<T>(ImmutableArray<T> items, List<int> numbers) => [.. items.Where((_, i) => !numbers.Contains(i))];
}
