using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>The positions that an index can reach, from the ranges of its variables alone.</summary>
public static class IndexBounds
{
    /// <summary>The least and the greatest value (of non-empty ranges), or null if a lookup or a rounded dynamic size is involved.</summary>
    public static (Dim Low, Dim High)? Of(Index index)
    {
        Dim low = index.Constant, high = index.Constant;
        foreach (IndexTerm term in index.Terms)
        {
            if (Of(term.Atom) is not var (from, to)) return null;
            low += (term.Coefficient > 0 ? from : to) * term.Coefficient;
            high += (term.Coefficient > 0 ? to : from) * term.Coefficient;
        }
        return (low, high);
    }

    /// <summary>True if it is certain that every value lies within the stored positions of the axis.</summary>
    public static bool IsWithin(Index index, TensorAxis axis) =>
        Of(index) is var (low, high) && IsNotNegative(low + axis.Before) && IsNotNegative(axis.Size - 1 + axis.After - high);

    /// <summary>True if it is certain that every value lies within 0 … Size-1.</summary>
    public static bool IsWithinSize(Index index, TensorAxis axis) =>
        Of(index) is var (low, high) && IsNotNegative(low) && IsNotNegative(axis.Size - 1 - high);

    private static bool IsNotNegative(Dim value) => value.TryGetConstant(out long constant) && constant >= 0;

    private static (Dim Low, Dim High)? Of(IndexAtom atom) => atom switch
    {
        VariableAtom v => (0, v.Variable.Size - 1),
        DivAtom d when Of(d.Dividend) is var (low, high) => (Dim.Floor(low, d.Divisor), Dim.Floor(high, d.Divisor)),
        ModAtom m => (0, m.Divisor - 1),
        _ => null,
    };
}
