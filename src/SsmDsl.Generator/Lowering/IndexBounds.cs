using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>The least and the greatest value of an index over the values of its variables.</summary>
public sealed record IndexBounds(Dim Least, Dim Greatest)
{
    /// <summary>Null where an int tensor decides.</summary>
    public static IndexBounds? Of(Index index)
    {
        Dim least = index.Constant, greatest = index.Constant;
        foreach (IndexTerm term in index.Terms)
        {
            if (OfAtom(term.Atom) is not { } atom) return null;
            least += term.Coefficient * (term.Coefficient > 0 ? atom.Least : atom.Greatest);
            greatest += term.Coefficient * (term.Coefficient > 0 ? atom.Greatest : atom.Least);
        }

        return new IndexBounds(least, greatest);
    }

    /// <summary>Whether an index provably stays on the stored positions of an axis whatever the sizes are.</summary>
    public static bool StaysOn(TensorAxis axis, Index index) =>
        Of(index) is { } bounds && IsNotNegative(bounds.Least + axis.Before) && IsNotNegative(axis.Size - 1 + axis.After - bounds.Greatest);

    public static bool IsNeverNegative(Index index) => Of(index) is { } bounds && IsNotNegative(bounds.Least);

    private static bool IsNotNegative(Dim value) => value.TryGetConstant(out long number) && number >= 0;

    private static IndexBounds? OfAtom(IndexAtom atom)
    {
        switch (atom)
        {
            case VariableAtom variable:
                return new IndexBounds(0, variable.Variable.Size - 1);
            case ModAtom mod:
                return new IndexBounds(0, mod.Divisor - 1);
            case DivAtom div when Of(div.Dividend) is { } bounds:
                return new IndexBounds(Dim.Floor(bounds.Least, div.Divisor), Dim.Floor(bounds.Greatest, div.Divisor));
            default:
                return null;
        }
    }
}
