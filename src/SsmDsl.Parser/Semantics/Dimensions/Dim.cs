using System.Collections.Immutable;
using System.Numerics;

namespace SsmDsl.Semantics;

/// <summary>
/// A size in normal form: a quotient of polynomials over the unknowns, with ceil, floor, min and max of normalised
/// arguments as atoms. Two dimensions are equal exactly if their normal forms are (<c>D/H*H</c> is <c>D</c>).
/// No operation throws: numbers are unbounded, and a division by zero gives <see cref="Undefined"/>.
/// </summary>
public sealed partial class Dim : IEquatable<Dim>
{
    /// <summary>The result of a division by zero, and of everything computed from it.</summary>
    public static readonly Dim Undefined = new(Polynomial.One, Polynomial.Zero);

    private static readonly Dim zero = new(Polynomial.Zero, Polynomial.One);
    private ImmutableHashSet<DimSymbol>? symbols;
    private uint? point;

    private Dim(Polynomial numerator, Polynomial denominator)
    {
        Numerator = numerator;
        Denominator = denominator;
    }

    internal Polynomial Numerator { get; }

    /// <summary>0 if the dimension is undefined; else its leading coefficient is positive.</summary>
    internal Polynomial Denominator { get; }

    public bool IsUndefined => Denominator.IsZero;

    /// <summary>True for a constant that is no whole number (or a division by zero).</summary>
    public bool IsFraction => IsUndefined || (Numerator.IsConstant && Denominator.IsConstant && !Denominator.IsOne);

    /// <summary>True if it is a whole number that a long can hold.</summary>
    public bool IsConstant => TryGetConstant(out _);

    /// <summary>True for a whole number that no long can hold: no size can be so large.</summary>
    public bool IsTooLarge => Numerator.IsConstant && Denominator.IsOne && !IsConstant;

    /// <summary>True if it is whole for all values of its symbols: a polynomial with whole coefficients over what is whole.</summary>
    public bool IsWhole => Denominator.IsOne && DimAtoms.Of(this).All(a => a.IsWhole);

    /// <summary>True for a symbol alone.</summary>
    public bool IsSymbol => Denominator.IsOne && Numerator.Terms.Length == 1 && Numerator.Leading.Coefficient.IsOne
        && Numerator.Leading.Monomial.Factors is [(SymbolAtom, 1)];

    /// <summary>The value, if it is a whole number that a long can hold.</summary>
    public bool TryGetConstant(out long value)
    {
        BigInteger constant = Numerator.ConstantTerm;
        bool isConstant = Numerator.IsConstant && Denominator.IsOne && constant >= long.MinValue && constant <= long.MaxValue;
        value = isConstant ? (long)constant : 0;
        return isConstant;
    }

    /// <summary>The unknowns in it, those inside of ceil, floor, min and max included.</summary>
    public ImmutableHashSet<DimSymbol> Symbols => symbols ??= [.. DimAtoms.SymbolsOf(this)];

    public bool Equals(Dim? other) =>
        ReferenceEquals(this, other)
        || (other is not null && IsUndefined == other.IsUndefined
            && (IsUndefined
                || (Denominator.Equals(other.Denominator)
                    ? Numerator.Equals(other.Numerator)
                    : (Numerator * other.Denominator).Equals(other.Numerator * Denominator))));

    public override bool Equals(object? obj) => Equals(obj as Dim);

    public override int GetHashCode() => (int)(point ??= FieldPoint.Divide(Numerator.Point, Denominator.Point));

    /// <summary>As a user would write it: <c>2*D + 1</c>, <c>ceil(D/16)</c>.</summary>
    public override string ToString() => DimPrinter.Print(this);

    /// <summary>The value; throws <see cref="InvalidOperationException"/> if it is not whole, does not fit, or a symbol has no value.</summary>
    public long Evaluate(Func<DimSymbol, long> values) =>
        Substitute(Symbols.ToDictionary(s => s, s => Constant(values(s)))).TryGetConstant(out long value)
            ? value
            : throw new InvalidOperationException($"the value of {this} is no whole number of 64 bits");

    internal static Dim OfAtom(DimAtom atom) => new(Polynomial.Of(atom), Polynomial.One);

    internal static Dim OfPolynomial(Polynomial polynomial) => new(polynomial, Polynomial.One);

    /// <summary>
    /// The quotient with common numbers and monomials cancelled, and divided where one of them divides the other.
    /// Other common factors may stay (they change neither equality nor value).
    /// </summary>
    internal static Dim Quotient(Polynomial numerator, Polynomial denominator)
    {
        if (denominator.IsZero) return Undefined;
        if (numerator.IsZero) return zero;
        if (denominator.IsOne) return new Dim(numerator, denominator);

        var (topNumber, topMonomial) = numerator.CommonFactor();
        var (bottomNumber, bottomMonomial) = denominator.CommonFactor();
        if (denominator.Leading.Coefficient.Sign < 0) bottomNumber = -bottomNumber;
        Polynomial top = numerator.Without(topNumber, topMonomial);
        Polynomial bottom = denominator.Without(bottomNumber, bottomMonomial);
        if (Polynomial.Divide(top, bottom) is { } quotient) (top, bottom) = (quotient, Polynomial.One);
        else if (Polynomial.Divide(bottom, top) is { } inverse) (top, bottom) = (Polynomial.One, inverse);

        BigInteger number = BigInteger.GreatestCommonDivisor(topNumber, bottomNumber);
        if (bottomNumber.Sign < 0) number = -number;
        Monomial common = Monomial.CommonFactor(topMonomial, bottomMonomial);
        top *= Polynomial.Sum([(topNumber / number, Monomial.Divide(topMonomial, common)!)]);
        bottom *= Polynomial.Sum([(bottomNumber / number, Monomial.Divide(bottomMonomial, common)!)]);
        return bottom.Leading.Coefficient.Sign < 0 ? new Dim(-top, -bottom) : new Dim(top, bottom);
    }
}
