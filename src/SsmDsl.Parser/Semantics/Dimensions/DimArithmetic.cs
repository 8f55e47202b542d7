using System.Numerics;

namespace SsmDsl.Semantics;

public sealed partial class Dim
{
    public static Dim Constant(long value) =>
        value is >= SmallConstants.Least and <= SmallConstants.Greatest
            ? SmallConstants.All[value - SmallConstants.Least]
            : new(Polynomial.Constant(value), Polynomial.One);

    public static Dim Of(DimSymbol symbol) => OfAtom(new SymbolAtom(symbol));

    public static implicit operator Dim(long value) => Constant(value);

    public static Dim operator +(Dim a, Dim b) =>
        a.IsUndefined || b.IsUndefined ? Undefined
        : a.IsZero ? b
        : b.IsZero ? a
        : a.IsHalfWord(out long x) && b.IsHalfWord(out long y) ? Constant(x + y)
        : a.Denominator.Equals(b.Denominator) ? Quotient(a.Numerator + b.Numerator, a.Denominator)
        : Quotient(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Dim operator -(Dim a) => a.IsHalfWord(out long x) ? Constant(-x) : new(-a.Numerator, a.Denominator);

    public static Dim operator -(Dim a, Dim b) => a + -b;

    public static Dim operator *(Dim a, Dim b) =>
        a.IsUndefined || b.IsUndefined ? Undefined
        : a.IsHalfWord(out long x) && b.IsHalfWord(out long y) ? Constant(x * y)
        : Quotient(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    private bool IsZero => Numerator.IsZero && !IsUndefined;

    /// <summary>A constant of 32 bits: sums and products of two fit a long.</summary>
    private bool IsHalfWord(out long value) => TryGetConstant(out value) && value is > int.MinValue and < int.MaxValue;

    /// <summary>Most arithmetic is of these.</summary>
    private static class SmallConstants
    {
        public const long Least = -64, Greatest = 1024;

        public static readonly Dim[] All =
            [.. Enumerable.Range(0, (int)(Greatest - Least + 1)).Select(i => new Dim(Polynomial.Constant(i + Least), Polynomial.One))];
    }

    /// <summary>The exact quotient; a constant fraction such as 5/2 is a Dim for which <see cref="IsFraction"/> holds.</summary>
    public static Dim operator /(Dim a, Dim b) =>
        a.IsUndefined || b.IsUndefined ? Undefined : Quotient(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>The smallest whole number that is at least a/b.</summary>
    public static Dim Ceil(Dim a, Dim b) => Round(DimFunction.Ceil, a / b);

    /// <summary>The greatest whole number that is at most a/b.</summary>
    public static Dim Floor(Dim a, Dim b) => Round(DimFunction.Floor, a / b);

    public static Dim Min(Dim a, Dim b) => Choose(DimFunction.Min, a, b);

    public static Dim Max(Dim a, Dim b) => Choose(DimFunction.Max, a, b);

    /// <summary>Replaces symbols by dimensions, inside of ceil, floor, min and max too; symbols without an entry stay.</summary>
    public Dim Substitute(IReadOnlyDictionary<DimSymbol, Dim> values) =>
        IsSymbol ? (values.TryGetValue(((SymbolAtom)Numerator.Leading.Monomial.Factors[0].Atom).Symbol, out Dim? whole) ? whole : this)
        : values.Count == 0 || Numerator.IsConstant && Denominator.IsConstant || !Symbols.Any(values.ContainsKey) ? this : Map(atom => atom switch
        {
            SymbolAtom s => values.TryGetValue(s.Symbol, out Dim? value) ? value : OfAtom(s),
            FunctionAtom f => Apply(f.Function, f.Left.Substitute(values), f.Right.Substitute(values)),
            _ => throw new InvalidOperationException(),
        });

    /// <summary>Replaces every atom.</summary>
    internal Dim Map(Func<DimAtom, Dim> replace) =>
        IsUndefined ? Undefined : MapPolynomial(Numerator, replace) / MapPolynomial(Denominator, replace);

    internal static Dim Apply(DimFunction function, Dim left, Dim right) =>
        function is DimFunction.Ceil or DimFunction.Floor ? Round(function, left) : Choose(function, left, right);

    private static Dim MapPolynomial(Polynomial polynomial, Func<DimAtom, Dim> replace)
    {
        Dim sum = zero;
        foreach (var (coefficient, monomial) in polynomial.Terms)
        {
            Dim product = new(Polynomial.Constant(coefficient), Polynomial.One);
            foreach (var (atom, power) in monomial.Factors)
            {
                Dim factor = replace(atom);
                for (int i = 0; i < power; i++) product *= factor;
            }
            sum += product;
        }
        return sum;
    }

    private static Dim Round(DimFunction function, Dim quotient)
    {
        if (quotient.IsUndefined || quotient.IsWhole) return quotient;
        if (!quotient.IsFraction) return OfAtom(new FunctionAtom(function, quotient, zero));
        BigInteger denominator = quotient.Denominator.ConstantTerm;
        BigInteger floor = BigInteger.DivRem(quotient.Numerator.ConstantTerm, denominator, out BigInteger rest);
        if (rest.Sign < 0) floor -= 1;
        return OfPolynomial(Polynomial.Constant(function == DimFunction.Floor ? floor : floor + 1));
    }

    private static Dim Choose(DimFunction function, Dim a, Dim b)
    {
        Dim difference = a - b;
        if (difference.IsUndefined) return Undefined;
        if (!difference.Numerator.IsConstant || !difference.Denominator.IsConstant) return OfAtom(new FunctionAtom(function, a, b));
        bool aIsLess = difference.Numerator.ConstantTerm.Sign < 0;
        return aIsLess == (function == DimFunction.Min) ? a : b;
    }
}
