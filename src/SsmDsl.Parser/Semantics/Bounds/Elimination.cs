using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>
/// Fourier–Motzkin elimination with sizes as coefficients. A coefficient whose sign cannot be proven takes its constraint out
/// (which only makes the rest weaker); with numbers, constants are rounded, as variables are whole.
/// </summary>
internal sealed class Elimination
{
    private const int MostConstraints = 300;
    private readonly SizeAssumptions assumptions;

    /// <param name="kept">A variable that is not eliminated.</param>
    public Elimination(IEnumerable<LinearConstraint> constraints, SizeAssumptions assumptions, int? kept = null)
    {
        this.assumptions = assumptions;
        var stages = ImmutableArray.CreateBuilder<(int, ImmutableArray<LinearConstraint>)>();
        var rest = Simplify(constraints);
        while (!IsContradiction && rest.SelectMany(c => c.Coefficients.Keys).Where(v => v != kept).Distinct().ToList() is { Count: > 0 } variables)
        {
            int variable = variables.OrderBy(v => Cost(rest, v)).First();
            stages.Add((variable, [.. rest.Where(c => c.Coefficients.ContainsKey(variable))]));
            // factors of 0 or more keep an inequality: a coefficient that may be 0 for some sizes does no harm
            var here = stages[stages.Count - 1].Item2;
            var below = here.Where(c => DimSign.IsNonnegative(c[variable], assumptions)).ToList();
            var above = here.Where(c => DimSign.IsNonpositive(c[variable], assumptions)).ToList();
            rest = Simplify(rest.Where(c => !c.Coefficients.ContainsKey(variable))
                .Concat(from b in below from a in above select b.Eliminate(variable, a)));
        }
        Stages = stages.ToImmutable();
        Remaining = rest;
    }

    /// <summary>True if no values satisfy all constraints, whatever the sizes are.</summary>
    public bool IsContradiction { get; private set; }

    /// <summary>The variables in the order in which they were eliminated, each with the constraints on it and on later ones.</summary>
    public ImmutableArray<(int Variable, ImmutableArray<LinearConstraint> Constraints)> Stages { get; }

    /// <summary>The constraints on the kept variable.</summary>
    public ImmutableArray<LinearConstraint> Remaining { get; }

    /// <summary>How many constraints the elimination of a variable adds.</summary>
    private int Cost(ImmutableArray<LinearConstraint> constraints, int variable)
    {
        int below = constraints.Count(c => DimSign.IsPositive(c[variable], assumptions));
        int above = constraints.Count(c => DimSign.IsNegative(c[variable], assumptions));
        return (below * above) - below - above;
    }

    /// <summary>Leaves out what has no variables, and of constraints with the same coefficients all but the strongest.</summary>
    private ImmutableArray<LinearConstraint> Simplify(IEnumerable<LinearConstraint> constraints)
    {
        var kept = new List<LinearConstraint>();
        foreach (LinearConstraint constraint in constraints)
        {
            if (constraint.Coefficients.IsEmpty)
            {
                IsContradiction |= DimSign.IsNegative(constraint.Constant, assumptions);
                continue;
            }
            int same = kept.FindIndex(k => k.Coefficients.SequenceEqual(constraint.Coefficients)
                && (DimSign.IsNonnegative(constraint.Constant - k.Constant, assumptions)
                    || DimSign.IsNonnegative(k.Constant - constraint.Constant, assumptions)));
            if (same < 0) kept.Add(constraint);
            else if (DimSign.IsNonnegative(kept[same].Constant - constraint.Constant, assumptions)) kept[same] = constraint;
        }
        return kept.Count <= MostConstraints ? [.. kept] : [.. kept.OrderBy(c => c.Coefficients.Count).Take(MostConstraints)];
    }
}
