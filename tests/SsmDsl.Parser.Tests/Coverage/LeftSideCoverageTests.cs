using System.Collections.Immutable;
using CsCheck;
using SsmDsl.Semantics;
using static SsmDsl.Parser.Tests.Bounds.Symbols;

namespace SsmDsl.Parser.Tests.Coverage;

public class LeftSideCoverageTests
{
    private static readonly AffineForm d = Index("d", D);
    private static readonly AffineForm h = Index("h", H);
    private static readonly AffineForm k = Index("k", K);
    private static readonly AffineForm t = Index("t", T);

    public static TheoryData<string, Dim[], AffineForm[][], string> Tensors => new()
    {
        { "whole", [T, D], [[t, d]], "Proven" },
        { "joined heads", [T, H * K], [[t, h * K + k]], "Proven" },
        { "heads split off", [T, D], [[t, h * (D / H) + Index("j", D / H)]], "Proven" },
        { "two parts", [T, 2 * D], [[t, d], [t, d + D]], "Proven" },
        { "two parts, the last first", [T, 2 * D], [[t, d + D], [t, d]], "Proven" },
        { "three parts of unlike sizes", [D + H + K], [[d], [h + D], [k + D + H]], "Proven" },
        { "backwards", [D], [[D - 1 - d]], "Proven" },
        { "quarters", [2 * D, 2 * H], [[d, h], [d, h + H], [d + D, h], [d + D, h + H]], "Proven" },
        { "a row and the rest", [D + 1, H], [[0, h], [d + 1, h]], "Proven" },
        { "a scalar", [], [[]], "Proven" },
        { "half of it", [T, 2 * D], [[t, d]], "Refuted Gap" },
        { "a scalar in a vector", [D + 1], [[0]], "Refuted Gap" },
        { "twice", [D], [[d], [Index("e", D)]], "Refuted Overlap 1 0" },
        { "overlap by one", [2 * D], [[d], [d + D - 1]], "Refuted Overlap 1 0" },
        { "overlapping halves", [2 * D], [[Index("e", D + 1)], [d + D]], "Refuted Overlap 1 0" },
        { "one beyond", [D], [[d + 1]], "Refuted Outside 0" },
        { "it depends", [D], [[h]], "Unknown" },
        { "it depends on the order", [D + H], [[d], [h + H]], "Unknown" },
        { "a diagonal", [D + 1, D + 1], [[Index("e", D + 1), Index("e", D + 1)]], "Refuted Gap" },
        // numbers
        { "even and odd", [T, 6], [[t, Index("i", 3) * 2], [t, Index("i", 3) * 2 + 1]], "Proven" },
        { "only even", [T, 6], [[t, Index("i", 3) * 2], [t, Index("i", 3) * 2]], "Refuted Overlap 1 0" },
        { "rows of two kinds", [4, 4], [[Index("i", 2) * 2, Index("j", 4)], [Index("i", 2) * 2 + 1, Index("j", 2)], [Index("i", 2) * 2 + 1, Index("j", 2) + 2]], "Proven" },
        { "a pinwheel", [3, 3], [[0, Index("j", 2)], [Index("i", 2), 2], [2, Index("j", 2) + 1], [Index("i", 2) + 1, 0], [1, 1]], "Proven" },
        { "not one to one", [4], [[Index("i", 2) + Index("j", 2)]], "Refuted NotOneToOne 0" },
        { "an index that is not used", [4], [[Index("i", 4), Index("unused", 2)]], "Refuted NotOneToOne 0" },
        { "a triangle", [2, 2], [[Index("i", 2), Index("i", 2)], [Index("i", 1), Index("i", 1) + 1], [Index("i", 1) + 1, Index("i", 1)]], "Proven" },
        { "div and mod", [2, 3], [[AffineForm.Div(Index("i", 6), 3), AffineForm.Mod(Index("i", 6), 3)]], "Proven" },
    };

    [Theory, MemberData(nameof(Tensors))]
    public void Places_are_filled_once(string title, Dim[] shape, AffineForm[][] sides, string expected)
    {
        CoverageProof proof = LeftSideCoverage.Check([.. shape], [.. sides.Select(s => Side(s, shape.Length))]);
        string text = $"{proof.Verdict} {(proof.Fault == CoverageFault.None ? "" : proof.Fault)} {proof.Equation} {proof.Other}".Trim();
        Assert.Equal((title, expected), (title, text));
    }

    [Fact]
    public void Extents_come_from_the_last_position()
    {
        Assert.Equal(2 * D, LeftSideCoverage.Extent([d, d + D]));
        Assert.Equal(H * K, LeftSideCoverage.Extent([h * K + k]));
        Assert.Equal(Dim.Max(D, H), LeftSideCoverage.Extent([d, h]));
    }

    [Fact]
    public void Random_left_sides_are_counted()
    {
        var digit = from range in Gen.Long[1, 3] from stride in Gen.Long[-3, 4] select (range, stride);
        var position = from digits in digit.Array[0, 2] from offset in Gen.Long[0, 3] select (digits, offset);
        (from sizes in Gen.Long[1, 6].Array[2] from sides in position.Array[2].Array[1, 3] select (sizes, sides)).Sample(c =>
        {
            var sides = c.sides.Select((s, e) => Side([.. s.Select((p, axis) =>
                p.digits.Select((x, i) => Index($"{axis}{i}", x.range) * x.stride).Aggregate((AffineForm)p.offset, (a, b) => a + b))], 2,
                [.. s.SelectMany((p, axis) => p.digits.Select((x, i) => new AffineVariable($"{axis}{i}", x.range)))])).ToList();
            CoverageProof proof = LeftSideCoverage.Check([.. c.sizes.Select(s => (Dim)s)], sides);

            var writes = c.sides.SelectMany(s => from i in Values(s[0]) from j in Values(s[1]) select (i, j)).ToList();
            bool exact = writes.Count == c.sizes[0] * c.sizes[1] && writes.Distinct().Count() == writes.Count
                && writes.All(w => w.i >= 0 && w.i < c.sizes[0] && w.j >= 0 && w.j < c.sizes[1]);
            Assert.Equal(exact ? Verdict.Proven : Verdict.Refuted, proof.Verdict);
        }, iter: 5000);
    }

    private static IEnumerable<long> Values(((long range, long stride)[] digits, long offset) position) => position.digits.Aggregate(
        (IEnumerable<long>)[position.offset], (values, x) => values.SelectMany(v => Enumerable.Range(0, (int)x.range).Select(i => v + (i * x.stride))));

    /// <summary>More forms than axes add indices that are not used.</summary>
    private static LeftSide Side(AffineForm[] forms, int rank, ImmutableArray<AffineVariable>? axes = null) =>
        new([.. forms.Take(rank)], axes ?? [.. forms.SelectMany(f => f.Variables).Distinct()]);
}
