using System.Collections.Immutable;

namespace SsmDsl.Semantics;

public enum Verdict
{
    /// <summary>True for some sizes and false for others, or too hard: to be decided for each use with its numbers.</summary>
    Unknown,

    /// <summary>True for all sizes and all values of the indices.</summary>
    Proven,

    /// <summary>For all sizes there are values of the indices for which it is false.</summary>
    Refuted,
}

/// <param name="Counterexample">Where it is refuted: a value of the form that should not be.</param>
public sealed record Proof(Verdict Verdict, Dim? Counterexample = null);

/// <param name="Lower">That the position is 0 or more.</param>
/// <param name="Upper">That the position is below the size.</param>
public sealed record BoundsProof(Proof Lower, Proof Upper)
{
    public Verdict Verdict =>
        Lower.Verdict == Verdict.Refuted || Upper.Verdict == Verdict.Refuted ? Verdict.Refuted
        : Lower.Verdict == Verdict.Proven && Upper.Verdict == Verdict.Proven ? Verdict.Proven
        : Verdict.Unknown;

    /// <summary>A position outside of the axis, if it is refuted.</summary>
    public Dim? Counterexample => Lower.Counterexample ?? Upper.Counterexample;
}

/// <summary>
/// Proofs about positions for all values of their indices, under guards. Sizes may be symbols; where all sizes are numbers the
/// answer is exact (Unknown only if a search limit is reached, with dozens of coupled indices).
/// </summary>
public static class Bounds
{
    /// <summary>Does <paramref name="position"/> stay within 0 … size-1?</summary>
    /// <param name="guards">What is known where the position is used; <see cref="Guards.None"/> if nothing.</param>
    /// <param name="assumptions">Null: all sizes are at least 1.</param>
    /// <param name="scope">Ranges of all indices in scope: with one over T, T is at least 1, whatever is assumed.</param>
    public static BoundsProof Check(
        AffineForm position, Dim size, Guards guards, SizeAssumptions? assumptions = null, IEnumerable<Dim>? scope = null)
    {
        var ranges = scope?.ToList();
        Proof upper = Nonnegative(size - 1 - position, guards, assumptions, ranges);
        return new(
            Nonnegative(position, guards, assumptions, ranges),
            upper.Counterexample is { } rest ? upper with { Counterexample = size - 1 - rest } : upper);
    }

    /// <summary>Is <paramref name="form"/> 0 or more?</summary>
    public static Proof Nonnegative(AffineForm form, Guards guards, SizeAssumptions? assumptions = null, IEnumerable<Dim>? scope = null)
    {
        SizeAssumptions sizes = Known(assumptions, form, guards, scope);
        var proofs = guards.Cases.Select(c => Nonnegative(form, c, sizes)).ToList();
        return proofs.FirstOrDefault(p => p.Verdict == Verdict.Refuted)
            ?? proofs.FirstOrDefault(p => p.Verdict == Verdict.Unknown)
            ?? new Proof(Verdict.Proven);
    }

    /// <summary>
    /// The least and the greatest value of <paramref name="form"/>, as sizes; null where no bound was found, and both null if it is
    /// never evaluated. Bounds always hold; they are attained unless divisions are involved.
    /// </summary>
    public static (Dim? Least, Dim? Greatest) Extremes(
        AffineForm form, Guards guards, SizeAssumptions? assumptions = null, IEnumerable<Dim>? scope = null)
    {
        SizeAssumptions sizes = Known(assumptions, form, guards, scope);
        var ranges = guards.Cases.Select(c => Range(form, c, sizes)).OfType<(Dim? Least, Dim? Greatest)>().ToList();
        if (ranges.Count == 0) return (null, null);
        return (
            ranges.Select(r => r.Least).Aggregate((a, b) => a is null || b is null ? null : DimSign.Lesser(a, b, sizes)),
            ranges.Select(r => r.Greatest).Aggregate((a, b) => a is null || b is null ? null : DimSign.Greater(a, b, sizes)));
    }

    /// <summary>
    /// Numbers between which <paramref name="form"/> lies whatever the sizes are (of bounds that are numbers, the best); null where
    /// there is none.
    /// </summary>
    public static (long? Least, long? Greatest) NumericExtremes(AffineForm form, Guards guards)
    {
        SizeAssumptions sizes = Known(null, form, guards, null);
        var cases = guards.Cases.Select(c => BoundsOf(form, c, sizes)).OfType<(List<Dim> Lower, List<Dim> Upper)>().ToList();
        if (cases.Count == 0) return (null, null);
        var least = cases.Select(c => Numbers(c.Lower) is { Count: > 0 } n ? n.Max() : (long?)null).ToList();
        var greatest = cases.Select(c => Numbers(c.Upper) is { Count: > 0 } n ? n.Min() : (long?)null).ToList();
        return (least.Contains(null) ? null : least.Min(), greatest.Contains(null) ? null : greatest.Max());
    }

    private static List<long> Numbers(List<Dim> bounds) => [.. bounds.Where(b => b.TryGetConstant(out _)).Select(b => b.TryGetConstant(out long n) ? n : 0)];

    private static SizeAssumptions Known(SizeAssumptions? assumptions, AffineForm form, Guards guards, IEnumerable<Dim>? scope) =>
        (assumptions ?? SizeAssumptions.AtLeastOne).WithNonempty(
            form.Variables.Concat(guards.Cases.SelectMany(c => c).SelectMany(g => g.Variables)).Select(v => v.Range).Concat(scope ?? []));

    private static Proof Nonnegative(AffineForm form, ImmutableArray<AffineForm> guards, SizeAssumptions assumptions)
    {
        if (guards.IsEmpty && LeastOfFree(form, assumptions) is { } least)
        {
            if (DimSign.IsNonnegative(least, assumptions)) return new(Verdict.Proven);
            if (least.TryGetConstant(out long value) && value < 0) return new(Verdict.Refuted, least);
        }
        var violation = new LinearSystem(assumptions);
        foreach (AffineForm guard in guards) violation.Require(guard);
        violation.Require(-form - 1);
        var elimination = new Elimination(violation.Constraints, assumptions);
        if (elimination.IsContradiction) return new(Verdict.Proven);
        if (!violation.IsComplete) return new(Verdict.Unknown);
        var search = new WitnessSearch(violation.Constraints, elimination, violation.IsNumeric, assumptions);
        return search.Find() is { } values ? new(Verdict.Refuted, violation.ValueOf(form, values))
            : violation.IsNumeric && search.IsExhaustive ? new(Verdict.Proven)
            : new(Verdict.Unknown);
    }

    /// <summary>The least value where nothing ties the indices to each other; null if it has quotients or coefficients without a sign.</summary>
    private static Dim? LeastOfFree(AffineForm form, SizeAssumptions assumptions)
    {
        Dim least = form.Offset;
        foreach (AffineAtom atom in form.Atoms)
        {
            if (atom is not AffineVariable variable) return null;
            if (DimSign.IsNonnegative(form[atom], assumptions)) continue;
            if (!DimSign.IsNonpositive(form[atom], assumptions)) return null;
            least += form[atom] * (variable.Range - 1);
        }
        return least;
    }

    /// <summary>The best bounds of the form under one case of guards; null if the case never holds.</summary>
    private static (Dim? Least, Dim? Greatest)? Range(AffineForm form, ImmutableArray<AffineForm> guards, SizeAssumptions assumptions) =>
        BoundsOf(form, guards, assumptions) is not var (lower, upper) ? null
        : (lower.Count == 0 ? null : lower.Aggregate((a, b) => DimSign.Greater(a, b, assumptions)),
           upper.Count == 0 ? null : upper.Aggregate((a, b) => DimSign.Lesser(a, b, assumptions)));

    /// <summary>All bounds of the form under one case of guards; null if the case never holds.</summary>
    private static (List<Dim> Lower, List<Dim> Upper)? BoundsOf(AffineForm form, ImmutableArray<AffineForm> guards, SizeAssumptions assumptions)
    {
        if (guards.IsEmpty && LeastOfFree(form, assumptions) is { } lowest && LeastOfFree(-form, assumptions) is { } opposite) return ([lowest], [-opposite]);
        var system = new LinearSystem(assumptions);
        foreach (AffineForm guard in guards) system.Require(guard);
        int value = system.AddVariable();
        system.Require(form, value, -1);
        system.Require(-form, value, 1);
        var elimination = new Elimination(system.Constraints, assumptions, kept: value);
        if (elimination.IsContradiction) return null;

        List<Dim> lower = [], upper = [];
        foreach (LinearConstraint constraint in elimination.Remaining)
        {
            Dim factor = constraint[value];
            Dim bound = -constraint.Constant / factor;
            if (DimSign.IsPositive(factor, assumptions)) lower.Add(bound);
            else if (DimSign.IsNegative(factor, assumptions)) upper.Add(bound);
        }
        return (lower, upper);
    }
}
