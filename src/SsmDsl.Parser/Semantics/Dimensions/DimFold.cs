using System.Numerics;

namespace SsmDsl.Semantics;

public sealed partial class Dim
{
    /// <summary>
    /// Rebuilds the expression in another algebra: C# text, XML documentation, run-time formulas.
    /// Throws <see cref="InvalidOperationException"/> for <see cref="Undefined"/> and for numbers that no long can hold.
    /// </summary>
    public T Fold<T>(IDimAlgebra<T> algebra)
    {
        if (IsUndefined) throw new InvalidOperationException("a division by zero has no value");
        T numerator = FoldPolynomial(Numerator, algebra);
        return Denominator.IsOne ? numerator : algebra.Divide(numerator, FoldPolynomial(Denominator, algebra));
    }

    private static T FoldPolynomial<T>(Polynomial polynomial, IDimAlgebra<T> algebra)
    {
        if (polynomial.IsZero) return algebra.Constant(0);
        // a positive term first, so that no leading minus is needed
        var terms = polynomial.Terms.OrderBy(t => t.Coefficient.Sign < 0).ToList();
        T sum = FoldTerm(terms[0].Coefficient, terms[0].Monomial, algebra);
        foreach (var (coefficient, monomial) in terms.Skip(1))
        {
            sum = coefficient.Sign < 0
                ? algebra.Subtract(sum, FoldTerm(-coefficient, monomial, algebra))
                : algebra.Add(sum, FoldTerm(coefficient, monomial, algebra));
        }
        return sum;
    }

    private static T FoldTerm<T>(BigInteger coefficient, Monomial monomial, IDimAlgebra<T> algebra)
    {
        if (coefficient < long.MinValue || coefficient > long.MaxValue)
            throw new InvalidOperationException($"{coefficient} is too large for a size");
        var factors = monomial.Factors.SelectMany(f => Enumerable.Repeat(f.Atom, f.Power)).Select(a => FoldAtom(a, algebra)).ToList();
        if (!coefficient.IsOne || factors.Count == 0) factors.Insert(0, algebra.Constant((long)coefficient));
        return factors.Aggregate(algebra.Multiply);
    }

    private static T FoldAtom<T>(DimAtom atom, IDimAlgebra<T> algebra) => atom switch
    {
        SymbolAtom s => algebra.Symbol(s.Symbol),
        FunctionAtom { Function: DimFunction.Ceil, Left: var q } => algebra.Ceil(FoldPolynomial(q.Numerator, algebra), FoldPolynomial(q.Denominator, algebra)),
        FunctionAtom { Function: DimFunction.Floor, Left: var q } => algebra.Floor(FoldPolynomial(q.Numerator, algebra), FoldPolynomial(q.Denominator, algebra)),
        FunctionAtom { Function: DimFunction.Min, Left: var a, Right: var b } => algebra.Min(a.Fold(algebra), b.Fold(algebra)),
        FunctionAtom { Function: DimFunction.Max, Left: var a, Right: var b } => algebra.Max(a.Fold(algebra), b.Fold(algebra)),
        _ => throw new InvalidOperationException(),
    };
}
