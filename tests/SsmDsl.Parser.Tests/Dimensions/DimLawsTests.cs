using CsCheck;
using SsmDsl.Semantics;
using static SsmDsl.Parser.Tests.Bounds.Symbols;

namespace SsmDsl.Parser.Tests.Dimensions;

/// <summary>Random formulas, built as Dims and evaluated as exact fractions on the side.</summary>
public class DimLawsTests
{
    /// <summary>A formula with what it should be at a point; null where it has no value.</summary>
    private sealed record Formula(Dim Dim, Func<long[], Fraction?> At);

    private readonly record struct Fraction(Int128 Top, Int128 Bottom)
    {
        public static Fraction? Of(Int128 top, Int128 bottom)
        {
            if (bottom == 0) return null;
            Int128 a = Int128.Abs(top), b = Int128.Abs(bottom);
            while (b != 0) (a, b) = (b, a % b);
            return a == 0 ? new(0, 1) : new(top / a * Int128.Sign(bottom), Int128.Abs(bottom) / a);
        }

        public Int128 Floor => (Top / Bottom) - (Top % Bottom < 0 ? 1 : 0);
    }

    private static readonly Gen<Formula> leaf = Gen.OneOf(
        Gen.Long[-3, 3].Select(n => new Formula(n, _ => new(n, 1))),
        Gen.Int[0, 2].Select(i => new Formula(new[] { D, H, K }[i], x => new(x[i], 1))));

    private static readonly Gen<Formula> formula = Gen.Recursive<Formula>((depth, inner) =>
        depth >= 4 ? leaf : Gen.Frequency((1, leaf), (3, from op in Gen.Int[0, 7] from a in inner from b in inner select Combine(op, a, b))));

    private static readonly Gen<long[]> point = Gen.Long[1, 9].Array[3];

    [Fact]
    public void Values_are_those_of_fractions() => (from f in formula from x in point select (f, x)).Sample(c =>
    {
        // a formula without a value at the point may have one in normal form (D/D, 0*(1/D))
        if (c.f.At(c.x) is not { } expected) return;
        Dim value = c.f.Dim.Substitute(new Dictionary<DimSymbol, Dim> { [new("D")] = c.x[0], [new("H")] = c.x[1], [new("K")] = c.x[2] });
        Assert.Equal((Dim)(long)expected.Top / (long)expected.Bottom, value);
        Assert.Equal(expected.Bottom != 1, value.IsFraction);
    }, iter: 3000);

    [Fact]
    public void Equal_formulas_are_equal() => (from a in leaf from b in formula from c in leaf select (a.Dim, b.Dim, c.Dim)).Sample((a, b, c) =>
    {
        foreach (var (left, right) in new (Dim, Dim)[]
        {
            (a * (b + c), (c * a) + (a * b)),
            ((a + b) - b, b.IsUndefined ? b : a),
            ((b - c) * (b + c), (b * b) - (c * c)),
            (Dim.Min(a, b) + Dim.Max(b, a), Dim.Max(a, b) + Dim.Min(b, a)),
            (Dim.Ceil(b, 3 * D), Dim.Ceil(b * K, D * K * 3)),
            ((b / D) + (c / H), ((H * b) + (D * c)) / (H * D)),
        })
        {
            Assert.Equal(left, right);
            Assert.Equal(left.GetHashCode(), right.GetHashCode());
        }
    }, iter: 1000);

    [Fact]
    public void Folding_gives_the_same_again() => formula.Sample(f =>
    {
        if (!f.Dim.IsUndefined) Assert.Equal(f.Dim, f.Dim.Fold(new Rebuild()));
    }, iter: 1000);

    private static Formula Combine(int op, Formula a, Formula b)
    {
        Func<Fraction, Fraction, Fraction?> at = op switch
        {
            0 or 1 => (x, y) => Fraction.Of((x.Top * y.Bottom) + (y.Top * x.Bottom), x.Bottom * y.Bottom),
            2 => (x, y) => Fraction.Of((x.Top * y.Bottom) - (y.Top * x.Bottom), x.Bottom * y.Bottom),
            3 => (x, y) => Fraction.Of(x.Top * y.Top, x.Bottom * y.Bottom),
            4 => (x, y) => Fraction.Of(x.Top * y.Bottom, x.Bottom * y.Top),
            5 => (x, y) => Fraction.Of(x.Top * y.Bottom, x.Bottom * y.Top) is { } q ? new(q.Floor, 1) : null,
            6 => (x, y) => Fraction.Of(x.Top * y.Bottom, x.Bottom * y.Top) is { } q ? new(-new Fraction(-q.Top, q.Bottom).Floor, 1) : null,
            _ => (x, y) => x.Top * y.Bottom < y.Top * x.Bottom ? x : y,
        };
        Dim dim = op switch
        {
            0 or 1 => a.Dim + b.Dim,
            2 => a.Dim - b.Dim,
            3 => a.Dim * b.Dim,
            4 => a.Dim / b.Dim,
            5 => Dim.Floor(a.Dim, b.Dim),
            6 => Dim.Ceil(a.Dim, b.Dim),
            _ => Dim.Min(a.Dim, b.Dim),
        };
        return new(dim, p => a.At(p) is { } x && b.At(p) is { } y ? at(x, y) : null);
    }

    private sealed class Rebuild : IDimAlgebra<Dim>
    {
        public Dim Constant(long value) => value;
        public Dim Symbol(DimSymbol symbol) => Dim.Of(symbol);
        public Dim Add(Dim a, Dim b) => a + b;
        public Dim Subtract(Dim a, Dim b) => a - b;
        public Dim Multiply(Dim a, Dim b) => a * b;
        public Dim Divide(Dim a, Dim b) => a / b;
        public Dim Ceil(Dim a, Dim b) => Dim.Ceil(a, b);
        public Dim Floor(Dim a, Dim b) => Dim.Floor(a, b);
        public Dim Min(Dim a, Dim b) => Dim.Min(a, b);
        public Dim Max(Dim a, Dim b) => Dim.Max(a, b);
    }
}
