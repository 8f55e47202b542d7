using System.Numerics;

namespace SsmDsl.Semantics;

/// <summary>Looks for values of the variables that satisfy all constraints, by way back through an elimination.</summary>
internal sealed class WitnessSearch(IReadOnlyList<LinearConstraint> constraints, Elimination elimination, bool isNumeric, SizeAssumptions assumptions)
{
    // how many values are tried, all variables together
    private const int NumericEffort = 20_000;
    private const int SymbolicEffort = 200;

    private readonly Dictionary<int, Dim> values = [];
    private int effort = isNumeric ? NumericEffort : SymbolicEffort;

    /// <summary>True if every candidate was tried (with numbers: if without a witness there is none).</summary>
    public bool IsExhaustive => effort >= 0;

    /// <summary>Values for which every constraint holds for all sizes, or null if none were found.</summary>
    public IReadOnlyDictionary<int, Dim>? Find() => Search(elimination.Stages.Length - 1) ? values : null;

    private bool Search(int stage)
    {
        if (stage < 0) return constraints.All(c => DimSign.IsNonnegative(c.At(values), assumptions));
        var (variable, here) = elimination.Stages[stage];
        foreach (Dim value in isNumeric ? Numbers(variable, here) : Symbolic(variable, here))
        {
            if (--effort < 0) return false;
            values[variable] = value;
            if (Search(stage - 1)) return true;
        }
        values.Remove(variable);
        return false;
    }

    /// <summary>All whole numbers between the bounds.</summary>
    private IEnumerable<Dim> Numbers(int variable, IEnumerable<LinearConstraint> here)
    {
        BigInteger? low = null, high = null;
        foreach (LinearConstraint constraint in here)
        {
            BigInteger factor = constraint[variable].Numerator.ConstantTerm;
            BigInteger rest = RestOf(constraint, variable).Numerator.ConstantTerm;
            if (factor.Sign > 0 && -LinearConstraint.FloorDivide(rest, factor) is var l && !(low >= l)) low = l;
            if (factor.Sign < 0 && LinearConstraint.FloorDivide(rest, -factor) is var h && !(high <= h)) high = h;
        }
        for (BigInteger? value = low ?? high; value <= (high ?? value); value++)
            yield return Dim.OfPolynomial(Polynomial.Constant(value.Value));
    }

    /// <summary>The bounds themselves, where they are whole.</summary>
    private IEnumerable<Dim> Symbolic(int variable, IEnumerable<LinearConstraint> here) =>
        here.Select(c => -RestOf(c, variable) / c[variable]).Where(v => !v.IsUndefined && v.Denominator.IsOne).Distinct().ToList();

    private Dim RestOf(LinearConstraint constraint, int variable) =>
        constraint.Coefficients.Where(c => c.Key != variable).Aggregate(constraint.Constant, (sum, c) => sum + (c.Value * values[c.Key]));
}
