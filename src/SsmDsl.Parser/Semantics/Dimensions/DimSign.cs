
namespace SsmDsl.Semantics;

/// <summary>
/// Proofs about the sign of a size for all values of its symbols. Polynomials: every symbol s is written as least + s', and all
/// coefficients must have the sign. ceil and floor are replaced by their bounds (<c>a/b &lt;= ceil(a/b) &lt;= (a + b - 1)/b</c>,
/// at least 1 for positive a, b), min and max by one of their arguments
/// where that is a bound, else by each. False means "not proven".
/// </summary>
public static class DimSign
{
    // every step replaces one function atom in one of a few ways
    private const int Effort = 400;

    public static bool IsNonnegative(Dim dim, SizeAssumptions assumptions) =>
        IsNumber(dim) ? dim.Numerator.ConstantTerm.Sign >= 0 : new Proof(assumptions).IsAtLeast(dim, false);

    public static bool IsPositive(Dim dim, SizeAssumptions assumptions) =>
        IsNumber(dim) ? dim.Numerator.ConstantTerm.Sign > 0 : new Proof(assumptions).IsAtLeast(dim, true);

    public static bool IsNonpositive(Dim dim, SizeAssumptions assumptions) => IsNonnegative(-dim, assumptions);

    public static bool IsNegative(Dim dim, SizeAssumptions assumptions) => IsPositive(-dim, assumptions);

    /// <summary>The lesser one; their minimum, if that is not known for all sizes.</summary>
    public static Dim Lesser(Dim a, Dim b, SizeAssumptions assumptions) =>
        IsNonnegative(b - a, assumptions) ? a : IsNonnegative(a - b, assumptions) ? b : Dim.Min(a, b);

    public static Dim Greater(Dim a, Dim b, SizeAssumptions assumptions) =>
        IsNonnegative(a - b, assumptions) ? a : IsNonnegative(b - a, assumptions) ? b : Dim.Max(a, b);

    // denominators of numbers are positive
    private static bool IsNumber(Dim dim) => dim.Numerator.IsConstant && dim.Denominator.IsConstant && !dim.IsUndefined;

    private sealed class Proof(SizeAssumptions assumptions)
    {
        private int effort = Effort;

        public bool IsAtLeast(Dim dim, bool strictly)
        {
            if (dim.IsUndefined || --effort < 0) return false;
            if (dim.Denominator.IsOne) return IsAtLeast(dim.Numerator, strictly);
            return IsAtLeast(dim.Denominator, true) ? IsAtLeast(dim.Numerator, strictly)
                : IsAtLeast(-dim.Denominator, true) && IsAtLeast(-dim.Numerator, strictly);
        }

        private bool IsAtLeast(Polynomial polynomial, bool strictly)
        {
            FunctionAtom? function = polynomial.Terms.SelectMany(t => t.Monomial.Factors).Select(f => f.Atom).OfType<FunctionAtom>().FirstOrDefault();
            if (function is null) return HasSign(polynomial, strictly);
            // monotone in the function if all coefficients of its powers have the same sign (and it is not negative itself)
            var coefficients = polynomial.CoefficientsOf(function);
            bool isLinear = coefficients.Count == 2;
            if (isLinear || (IsAtLeast(function.Left, false) && IsAtLeast(function.Right, false)))
            {
                var bounds = coefficients.Skip(1).All(c => IsAtLeast(c, false)) ? LowerBounds(function)
                    : coefficients.Skip(1).All(c => IsAtLeast(-c, false)) ? UpperBounds(function)
                    : [];
                if (bounds.Any(b => (isLinear || IsAtLeast(b, false)) && IsAtLeast(Replace(polynomial, function, b), strictly))) return true;
            }

            return !function.IsRounding
                && IsAtLeast(Replace(polynomial, function, function.Left), strictly)
                && IsAtLeast(Replace(polynomial, function, function.Right), strictly);
        }

        private bool HasSign(Polynomial polynomial, bool strictly)
        {
            Polynomial shifted = Dim.OfPolynomial(polynomial)
                .Map(a => Dim.OfAtom(a) + assumptions.Least(((SymbolAtom)a).Symbol)).Numerator;
            return shifted.Terms.All(t => t.Coefficient.Sign > 0) && (!strictly || shifted.ConstantTerm.Sign > 0);
        }

        private IEnumerable<Dim> LowerBounds(FunctionAtom function)
        {
            if (function.Function == DimFunction.Max) { yield return function.Left; yield return function.Right; }
            if (!function.IsRounding) yield break;
            Dim quotient = function.Left;
            Dim top = Dim.OfPolynomial(quotient.Numerator), bottom = Dim.OfPolynomial(quotient.Denominator);
            if (!IsAtLeast(bottom, true)) yield break;
            yield return function.Function == DimFunction.Ceil ? quotient : quotient - 1 + Step(top, bottom);
            if (function.Function == DimFunction.Ceil ? IsAtLeast(top, true) : IsAtLeast(top - bottom, false)) yield return 1;
            else if (IsAtLeast(top, false)) yield return 0;
        }

        private IEnumerable<Dim> UpperBounds(FunctionAtom function)
        {
            if (function.Function == DimFunction.Min) { yield return function.Left; yield return function.Right; }
            if (!function.IsRounding) yield break;
            Dim quotient = function.Left;
            Dim top = Dim.OfPolynomial(quotient.Numerator), bottom = Dim.OfPolynomial(quotient.Denominator);
            if (!IsAtLeast(bottom, true)) yield break;
            yield return function.Function == DimFunction.Floor ? quotient : quotient + 1 - Step(top, bottom);
        }

        /// <summary>A quotient of whole numbers moves by this much at least.</summary>
        private static Dim Step(Dim top, Dim bottom) => top.IsWhole && bottom.IsWhole ? 1 / bottom : 0;

        private static Dim Replace(Polynomial polynomial, FunctionAtom function, Dim value) =>
            Dim.OfPolynomial(polynomial).Map(atom => atom.Equals(function) ? value : Dim.OfAtom(atom));
    }
}
