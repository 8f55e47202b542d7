using System.Collections.Immutable;
using System.Numerics;

namespace SsmDsl.Semantics;

/// <summary>A polynomial with whole coefficients; terms descend in <see cref="Monomial"/>'s order, no coefficient is 0.</summary>
internal sealed class Polynomial
{
    public static readonly Polynomial Zero = new([]);
    public static readonly Polynomial One = Constant(1);

    private Polynomial(ImmutableArray<(BigInteger Coefficient, Monomial Monomial)> terms) => Terms = terms;

    public ImmutableArray<(BigInteger Coefficient, Monomial Monomial)> Terms { get; }

    public bool IsZero => Terms.Length == 0;

    public bool IsOne => IsConstant && ConstantTerm.IsOne;

    public bool IsConstant => Terms.Length == 0 || (Terms.Length == 1 && Terms[0].Monomial.IsOne);

    public BigInteger ConstantTerm =>
        Terms.Length > 0 && Terms[Terms.Length - 1].Monomial.IsOne ? Terms[Terms.Length - 1].Coefficient : BigInteger.Zero;

    public (BigInteger Coefficient, Monomial Monomial) Leading => Terms[0];

    public static Polynomial Constant(BigInteger value) => value.IsZero ? Zero : new([(value, Monomial.One)]);

    public static Polynomial Of(DimAtom atom) => new([(BigInteger.One, Monomial.Of(atom))]);

    /// <summary>The sum of terms in any order.</summary>
    public static Polynomial Sum(IEnumerable<(BigInteger Coefficient, Monomial Monomial)> terms)
    {
        var sums = new SortedDictionary<Monomial, BigInteger>();
        foreach (var (coefficient, monomial) in terms)
        {
            sums.TryGetValue(monomial, out BigInteger sum);
            sums[monomial] = sum + coefficient;
        }
        return new([.. sums.Where(s => !s.Value.IsZero).Reverse().Select(s => (s.Value, s.Key))]);
    }

    public static Polynomial operator +(Polynomial a, Polynomial b) => a.IsZero ? b : b.IsZero ? a : Merge(a.Terms, b.Terms);

    public static Polynomial operator -(Polynomial a) => a.Scale(BigInteger.MinusOne, Monomial.One);

    public static Polynomial operator -(Polynomial a, Polynomial b) => a + -b;

    public static Polynomial operator *(Polynomial a, Polynomial b) =>
        a.Terms.Length == 1 ? b.Scale(a.Terms[0].Coefficient, a.Terms[0].Monomial)
        : b.Terms.Length == 1 ? a.Scale(b.Terms[0].Coefficient, b.Terms[0].Monomial)
        : Sum(from x in a.Terms from y in b.Terms select (x.Coefficient * y.Coefficient, x.Monomial * y.Monomial));

    /// <summary>The greatest whole number (above 0, for 0 it is 1) and monomial that divide every term.</summary>
    public (BigInteger Content, Monomial Monomial) CommonFactor()
    {
        if (IsZero) return (BigInteger.One, Monomial.One);
        BigInteger content = BigInteger.Zero;
        Monomial common = Terms[0].Monomial;
        foreach (var (coefficient, monomial) in Terms)
        {
            content = BigInteger.GreatestCommonDivisor(content, coefficient);
            common = Monomial.CommonFactor(common, monomial);
        }
        return (content, common);
    }

    /// <summary>Divides every term; the factor must divide them.</summary>
    public Polynomial Without(BigInteger content, Monomial monomial) =>
        content.IsOne && monomial.IsOne
            ? this
            : new([.. Terms.Select(t => (t.Coefficient / content, Monomial.Divide(t.Monomial, monomial)!))]);

    /// <summary>The quotient, or null if the division leaves a remainder.</summary>
    public static Polynomial? Divide(Polynomial a, Polynomial b)
    {
        var quotient = new List<(BigInteger, Monomial)>();
        for (Polynomial rest = a; !rest.IsZero;)
        {
            Monomial? monomial = Monomial.Divide(rest.Leading.Monomial, b.Leading.Monomial);
            BigInteger coefficient = BigInteger.DivRem(rest.Leading.Coefficient, b.Leading.Coefficient, out BigInteger remainder);
            if (monomial is null || !remainder.IsZero) return null;
            quotient.Add((coefficient, monomial));
            rest -= b.Scale(coefficient, monomial);
        }
        return Sum(quotient);
    }

    /// <summary>The polynomial as one in a single atom: the coefficient of its n-th power at n, up to its degree.</summary>
    public IReadOnlyList<Polynomial> CoefficientsOf(DimAtom atom)
    {
        int power((BigInteger, Monomial Monomial) term) => term.Monomial.Factors.FirstOrDefault(f => f.Atom.Equals(atom)).Power;
        var byPower = Terms.ToLookup(power);
        Monomial atomAlone = Monomial.Of(atom), powers = Monomial.One;
        var coefficients = new List<Polynomial>();
        for (int n = 0, seen = 0; seen < Terms.Length; n++, powers *= atomAlone)
        {
            coefficients.Add(Sum(byPower[n].Select(t => (t.Coefficient, Monomial.Divide(t.Monomial, powers)!))));
            seen += byPower[n].Count();
        }
        return coefficients;
    }

    public bool Equals(Polynomial other)
    {
        if (Terms.Length != other.Terms.Length) return false;
        for (int i = 0; i < Terms.Length; i++)
        {
            if (Terms[i].Coefficient != other.Terms[i].Coefficient || !Terms[i].Monomial.Equals(other.Terms[i].Monomial)) return false;
        }
        return true;
    }

    public uint Point => Terms.Aggregate(0u, (sum, t) =>
        FieldPoint.Add(sum, FieldPoint.Multiply(FieldPoint.Of(t.Coefficient), t.Monomial.Point)));

    /// <summary>Both are in order already.</summary>
    private static Polynomial Merge(
        ImmutableArray<(BigInteger Coefficient, Monomial Monomial)> a, ImmutableArray<(BigInteger Coefficient, Monomial Monomial)> b)
    {
        var merged = ImmutableArray.CreateBuilder<(BigInteger, Monomial)>(a.Length + b.Length);
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            int order = i == a.Length ? -1 : j == b.Length ? 1 : a[i].Monomial.CompareTo(b[j].Monomial);
            if (order != 0)
            {
                merged.Add(order > 0 ? a[i++] : b[j++]);
                continue;
            }

            BigInteger sum = a[i].Coefficient + b[j++].Coefficient;
            if (!sum.IsZero) merged.Add((sum, a[i].Monomial));
            i++;
        }

        return new(merged.ToImmutable());
    }

    private Polynomial Scale(BigInteger coefficient, Monomial monomial) =>
        new([.. Terms.Select(t => (t.Coefficient * coefficient, t.Monomial * monomial))]);
}
