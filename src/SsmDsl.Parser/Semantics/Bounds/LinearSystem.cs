using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>
/// Constraints on whole-numbered variables, with sizes as coefficients. Builds them from affine forms: the ranges of indices and
/// the meaning of quotients are constraints too.
/// </summary>
internal sealed class LinearSystem(SizeAssumptions assumptions)
{
    private readonly Dictionary<AffineAtom, int> numbers = [];
    private readonly List<LinearConstraint> constraints = [];

    public IReadOnlyList<LinearConstraint> Constraints => constraints;

    /// <summary>False if the meaning of a quotient could not be stated: then a solution need not be one.</summary>
    public bool IsComplete { get; private set; } = true;

    public bool IsNumeric => constraints.All(c => c.IsNumeric);

    /// <summary>A variable without a range.</summary>
    public int AddVariable()
    {
        var free = new AffineVariable(new object(), 0);
        numbers.Add(free, numbers.Count);
        return numbers[free];
    }

    /// <summary>form + factor · variable is 0 or more.</summary>
    public void Require(AffineForm form, int? variable = null, int factor = 0)
    {
        var coefficients = ImmutableSortedDictionary<int, Dim>.Empty;
        foreach (AffineAtom atom in form.Atoms) coefficients = coefficients.Add(NumberOf(atom), form[atom]);
        if (variable is { } v) coefficients = coefficients.Add(v, factor);
        constraints.Add(new LinearConstraint(coefficients, form.Offset).Tighten());
    }

    public Dim ValueOf(AffineForm form, IReadOnlyDictionary<int, Dim> values) =>
        form.Atoms.Aggregate(form.Offset, (sum, atom) => sum + (form[atom] * values[numbers[atom]]));

    private int NumberOf(AffineAtom atom)
    {
        if (numbers.TryGetValue(atom, out int number)) return number;
        numbers.Add(atom, number = numbers.Count);
        switch (atom)
        {
            case AffineVariable v:
                Require(AffineForm.Of(v));
                Require(v.Range - 1 - AffineForm.Of(v));
                break;
            case AffineQuotient q when DimSign.IsPositive(q.Divisor, assumptions):
                AffineForm remainder = q.Dividend - (AffineForm.Of(q) * q.Divisor);
                Require(remainder);
                Require(q.Divisor - 1 - remainder);
                break;
            default:
                IsComplete = false;
                break;
        }
        return number;
    }
}
