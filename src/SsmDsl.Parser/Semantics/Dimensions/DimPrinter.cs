using System.Numerics;
using System.Text;

namespace SsmDsl.Semantics;

/// <summary>Prints a dimension as a user would write it.</summary>
internal static class DimPrinter
{
    public static string Print(Dim dim)
    {
        if (dim.IsUndefined) return "1/0";
        if (dim.Denominator.IsOne) return Print(dim.Numerator);
        string top = dim.Numerator.Terms.Length > 1 ? $"({Print(dim.Numerator)})" : Print(dim.Numerator);
        bool isFactor = dim.Denominator.IsConstant
            || (dim.Denominator.Terms.Length == 1 && dim.Denominator.Leading.Coefficient.IsOne && dim.Denominator.Leading.Monomial.Degree == 1);
        string bottom = Print(dim.Denominator);
        return isFactor ? $"{top}/{bottom}" : $"{top}/({bottom})";
    }

    private static string Print(Polynomial polynomial)
    {
        if (polynomial.IsZero) return "0";
        var text = new StringBuilder();
        foreach (var (coefficient, monomial) in polynomial.Terms.OrderBy(t => t.Coefficient.Sign < 0))
        {
            if (text.Length > 0) text.Append(coefficient.Sign < 0 ? " - " : " + ");
            else if (coefficient.Sign < 0) text.Append('-');
            text.Append(Print(BigInteger.Abs(coefficient), monomial));
        }
        return text.ToString();
    }

    private static string Print(BigInteger coefficient, Monomial monomial)
    {
        var factors = monomial.Factors.SelectMany(f => Enumerable.Repeat(Print(f.Atom), f.Power)).ToList();
        if (!coefficient.IsOne || factors.Count == 0) factors.Insert(0, coefficient.ToString());
        return string.Join("*", factors);
    }

    private static string Print(DimAtom atom) => atom switch
    {
        SymbolAtom s => s.Symbol.Name,
        FunctionAtom { IsRounding: true } f => $"{Word(f)}({f.Left})",
        FunctionAtom f => $"{Word(f)}({f.Left}, {f.Right})",
        _ => throw new InvalidOperationException(),
    };

    private static string Word(FunctionAtom atom) => atom.Function.ToString().ToLowerInvariant();
}
