using System.Collections.Immutable;
using System.Numerics;

namespace SsmDsl.Semantics;

/// <summary>sum of coefficient · variable + Constant is 0 or more. Variables are numbered; no coefficient is 0.</summary>
internal sealed record LinearConstraint(ImmutableSortedDictionary<int, Dim> Coefficients, Dim Constant)
{
    public Dim this[int variable] => Coefficients.TryGetValue(variable, out Dim? value) ? value : 0;

    public bool IsNumeric => IsNumber(Constant) && Coefficients.Values.All(IsNumber);

    /// <summary>The value with sizes in place of variables.</summary>
    public Dim At(IReadOnlyDictionary<int, Dim> values) =>
        Coefficients.Aggregate(Constant, (sum, c) => sum + (c.Value * values[c.Key]));

    /// <summary>Without <paramref name="variable"/>, whose coefficient is positive here and negative in <paramref name="other"/>.</summary>
    public LinearConstraint Eliminate(int variable, LinearConstraint other)
    {
        Dim here = -other[variable], there = this[variable];
        var coefficients = ImmutableSortedDictionary.CreateBuilder<int, Dim>();
        foreach (int v in Coefficients.Keys.Union(other.Coefficients.Keys))
        {
            Dim sum = (this[v] * here) + (other[v] * there);
            if (v != variable && !sum.Equals(0)) coefficients[v] = sum;
        }
        return new LinearConstraint(coefficients.ToImmutable(), (Constant * here) + (other.Constant * there)).Tighten();
    }

    /// <summary>With numbers for coefficients: divides by what they have in common, and rounds the constant down.</summary>
    public LinearConstraint Tighten()
    {
        if (!IsNumeric || Coefficients.IsEmpty) return this;
        BigInteger scale = BigInteger.One;
        foreach (Dim d in Coefficients.Values.Append(Constant))
            scale = scale / BigInteger.GreatestCommonDivisor(scale, d.Denominator.ConstantTerm) * d.Denominator.ConstantTerm;
        BigInteger scaled(Dim d) => d.Numerator.ConstantTerm * (scale / d.Denominator.ConstantTerm);

        BigInteger common = BigInteger.Zero;
        foreach (Dim d in Coefficients.Values) common = BigInteger.GreatestCommonDivisor(common, scaled(d));
        if (common.IsOne && scale.IsOne) return this;
        return new(
            Coefficients.ToImmutableSortedDictionary(c => c.Key, c => number(scaled(c.Value) / common)),
            number(FloorDivide(scaled(Constant), common)));

        static Dim number(BigInteger value) => Dim.OfPolynomial(Polynomial.Constant(value));
    }

    public static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    private static bool IsNumber(Dim dim) => dim.Numerator.IsConstant && dim.Denominator.IsConstant && !dim.IsUndefined;
}
