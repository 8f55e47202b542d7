using System.Collections.Immutable;
using SsmDsl.Semantics;
using static SsmDsl.Parser.Tests.Bounds.Symbols;

namespace SsmDsl.Parser.Tests.Bounds;

public class BoundsTests
{
    private static readonly AffineForm d = Index("d", D);
    private static readonly AffineForm e = Index("e", 2 * D);
    private static readonly AffineForm h = Index("h", H);
    private static readonly AffineForm k = Index("k", K);
    private static readonly AffineForm s = Index("s", T);
    private static readonly AffineForm t = Index("t", T);
    private static readonly AffineForm q = Index("q", H * K);

    public static TheoryData<string, AffineForm, Dim, AffineForm[], Verdict, Verdict> Positions => new()
    {
        { "plain", d, D, [], Verdict.Proven, Verdict.Proven },
        { "of another axis", d, H, [], Verdict.Proven, Verdict.Unknown },
        { "shifted up", d + 1, D, [], Verdict.Proven, Verdict.Refuted },
        { "shifted down", d - 1, D, [], Verdict.Refuted, Verdict.Proven },
        { "shifted down, guarded", d - 1, D, [d - 1], Verdict.Proven, Verdict.Proven },
        { "first half", d, 2 * D, [], Verdict.Proven, Verdict.Proven },
        { "second half", d + D, 2 * D, [], Verdict.Proven, Verdict.Proven },
        { "swapped halves, guarded", e, D, [D - 1 - e], Verdict.Proven, Verdict.Proven },
        { "the rest", e - D, D, [e - D], Verdict.Proven, Verdict.Proven },
        { "the rest without its guard", e - D, D, [], Verdict.Refuted, Verdict.Proven },
        { "joined heads", h * K + k, H * K, [], Verdict.Proven, Verdict.Proven },
        { "joined heads the wrong way", h * H + k, H * K, [], Verdict.Proven, Verdict.Unknown },
        { "quotient of heads", h * (D / H) + Index("j", D / H), D, [], Verdict.Proven, Verdict.Proven },
        { "distance to the past", t - s, T, [t - s], Verdict.Proven, Verdict.Proven },
        { "distance to anywhere", t - s, T, [], Verdict.Unknown, Verdict.Proven },
        { "div", AffineForm.Div(q, K), H, [], Verdict.Proven, Verdict.Proven },
        { "mod", AffineForm.Mod(q, K), K, [], Verdict.Proven, Verdict.Proven },
        { "the wrong mod", AffineForm.Mod(q, K), H, [], Verdict.Proven, Verdict.Unknown },
        { "div and mod back", AffineForm.Mod(q, K) * H + AffineForm.Div(q, K), H * K, [], Verdict.Proven, Verdict.Proven },
        { "a place", 0, D, [], Verdict.Proven, Verdict.Proven },
        { "the second place", 1, D, [], Verdict.Proven, Verdict.Unknown },
        { "the place behind", D, D, [], Verdict.Proven, Verdict.Refuted },
        { "in a rounded size", d, 16 * Dim.Ceil(D, 16), [], Verdict.Proven, Verdict.Proven },
        { "beyond a rounded size", d + 16, 16 * Dim.Ceil(D, 16), [], Verdict.Proven, Verdict.Refuted },
        { "in the larger of two", d, Dim.Max(D, H), [], Verdict.Proven, Verdict.Proven },
        { "in the smaller of two", d, Dim.Min(D, H), [], Verdict.Proven, Verdict.Unknown },
        { "in a sum", d + h, D + H - 1, [], Verdict.Proven, Verdict.Proven },
        { "twice", d * 2 + Index("b", 2), 2 * D, [], Verdict.Proven, Verdict.Proven },
        { "three times", d * 3, 2 * D, [], Verdict.Proven, Verdict.Unknown },
        { "backwards", D - 1 - d, D, [], Verdict.Proven, Verdict.Proven },
        { "backwards by one too many", D - d, D, [], Verdict.Proven, Verdict.Refuted },
        { "never evaluated", d - 5, D, [d - D], Verdict.Proven, Verdict.Proven },
        { "equal to another", d, H, [d - h, h - d], Verdict.Proven, Verdict.Proven },
        // numbers
        { "numbers", Index("i", 4) * 3 + 2, 12, [], Verdict.Proven, Verdict.Proven },
        { "numbers, out by one", Index("i", 4) * 3 + 3, 12, [], Verdict.Proven, Verdict.Refuted },
        { "even numbers", AffineForm.Div(Index("i", 9), 2), 5, [], Verdict.Proven, Verdict.Proven },
        { "only odd ones leave", Index("i", 9) * 2, 17, [], Verdict.Proven, Verdict.Proven },
        { "coupled numbers", Index("i", 8) * 2 + Index("j", 3) * 3, 13, [6 - Index("i", 8) - Index("j", 3)], Verdict.Proven, Verdict.Refuted },
        { "large coupled numbers", Index("i", 1 << 20) - Index("j", 1 << 20), 1 << 20, [Index("i", 1 << 20) - Index("j", 1 << 20)], Verdict.Proven, Verdict.Proven },
    };

    [Theory, MemberData(nameof(Positions))]
    public void Positions_are_proven_refuted_or_left(string title, AffineForm position, Dim size, AffineForm[] guards, Verdict lower, Verdict upper)
    {
        BoundsProof proof = Semantics.Bounds.Check(position, size, new Guards([[.. guards]]));
        Assert.Equal((title, lower, upper), (title, proof.Lower.Verdict, proof.Upper.Verdict));
    }

    [Fact]
    public void An_empty_dynamic_axis_has_no_first_place()
    {
        var maybe = new SizeAssumptions([new DimSymbol("T")]);
        Assert.Equal(Verdict.Unknown, Semantics.Bounds.Check(0, T, Guards.None, maybe).Verdict);
        Assert.Equal(Verdict.Proven, Semantics.Bounds.Check(0, T, Guards.None, maybe, scope: [T]).Verdict);
        Assert.Equal(Verdict.Proven, Semantics.Bounds.Check(t, T, Guards.None, maybe).Verdict);
    }

    [Fact]
    public void Extremes_are_sizes()
    {
        var (least, greatest) = Semantics.Bounds.Extremes(-k - 1, Guards.None);
        Assert.Equal(("-K", "-1"), ($"{least}", $"{greatest}"));
        (least, greatest) = Semantics.Bounds.Extremes(s - t, new Guards([[t - s]]));
        Assert.Equal(("1 - T", "0"), ($"{least}", $"{greatest}"));
        (least, greatest) = Semantics.Bounds.Extremes(e, new Guards([[D - 1 - e], [e - D]]));
        Assert.Equal(("0", "2*D - 1"), ($"{least}", $"{greatest}"));
        Assert.Equal((null, null), Semantics.Bounds.Extremes(e, Guards.Never));
    }

    [Fact]
    public void Forms_have_a_normal_form()
    {
        Assert.Equal(h * K + k, k + h * K);
        Assert.Equal("h*K + k", (h * K + k).ToString());
        Assert.Equal("2*t - 1", (t * 2 - 1).ToString());
        Assert.Equal(t, AffineForm.Div(t * 2, 2));
        Assert.Equal(t * 2 + 3 + AffineForm.Div(k, 4), AffineForm.Div(t * 8 + 12 + k, 4));
        Assert.Equal(AffineForm.Mod(k, 4), AffineForm.Mod(t * 8 + 12 + k, 4));
        Assert.Equal("t + 64", (t + D).Substitute(ImmutableDictionary<DimSymbol, Dim>.Empty.Add(new("D"), 64)).ToString());
    }
}
