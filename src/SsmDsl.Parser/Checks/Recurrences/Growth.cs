using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>A linear recurrence whose coefficients are not bounded by 1.</summary>
/// <param name="State">The state.</param>
/// <param name="Left">The left side of its equation.</param>
/// <param name="Place">The coefficient.</param>
/// <param name="Text">As in "the recurrence of h can blow up: TEXT".</param>
internal sealed record Growth(Local State, SourceSpan Left, SourceSpan Place, string Text)
{
    /// <summary>Rounding of constants such as 0.9 + 0.1.</summary>
    private const double Slack = 1e-9;

    /// <summary>More conditions than these are not told apart: all branches count at once.</summary>
    private const int Conditions = 6;

    /// <summary>Null if it is bounded, or not judged: not linear, or a diagonal plus products of a column and a row.</summary>
    public static Growth? Of(StepTerms step, Ranges ranges)
    {
        if (!step.IsLinear || step.Terms is not { } terms) return null;
        if (terms.Any(t => t.Update.MixedAxes(t.Term).Count > 0 && t.Update.IsSummed(t.Term) && !t.Update.HasMatrix(t.Term))) return null;
        foreach (IGrouping<StateUpdate, PastTerm> update in terms.GroupBy(t => t.Update, t => t.Term))
        {
            Weighed[] all = [.. update.Select(t => Weighed.Of(t, ranges))];
            foreach (Weighed[] kept in Branches(all))
            {
                ValueRange[] sums = [.. kept.GroupBy(w => w.Key).Select(g => g.Select(w => w.Range).Aggregate((a, b) => a + b))];
                double total = sums.Sum(s => s.Magnitude);
                if (total <= 1 + Slack) continue;
                Weighed worst = kept.OrderByDescending(w => w.Range.Magnitude).First();
                string bounds = sums.Length == 1 ? $"its coefficient is {sums[0]}" : $"the magnitudes of its coefficients add up to {ValueRange.Word(total)}";
                string names = string.Join(", ", kept.SelectMany(w => w.Unbounded).Distinct().Select(l => $"'{l.Name}'"));
                return new Growth(update.Key.Target, update.Key.Place, worst.Place, $"{bounds}{(names.Length == 0 ? "" : $", as nothing bounds {names}")}");
            }
        }

        return null;
    }

    /// <summary>What counts at the same time, for all ways in which conditions can turn out.</summary>
    private static IEnumerable<Weighed[]> Branches(Weighed[] terms)
    {
        var conditions = terms.SelectMany(w => w.Term.Choices.Select(c => (c.Condition, c.Frame))).Distinct().ToList();
        if (conditions.Count > Conditions) return [terms];
        return Enumerable.Range(0, 1 << conditions.Count)
            .Select(way => terms.Where(w => w.Term.Choices.All(c => c.Holds == ((way >> conditions.IndexOf((c.Condition, c.Frame)) & 1) == 1))).ToArray())
            .Where(kept => kept.Length > 0);
    }

    /// <summary>A term with the range of its coefficient.</summary>
    private sealed record Weighed(PastTerm Term, ValueRange Range, SourceSpan Place, ImmutableArray<Local> Unbounded)
    {
        /// <summary>The element of the past that it reads.</summary>
        public (Local State, string At) Key => (Term.State, string.Join(",", Term.At.Select(a => a?.ToString() ?? "?")));

        public static Weighed Of(PastTerm term, Ranges ranges)
        {
            ValueRange range = ValueRange.Of(Interval.Of(1));
            var unbounded = ImmutableArray.CreateBuilder<Local>();
            (SourceSpan Place, double Size) largest = (term.Place, 0);
            foreach (PastFactor factor in term.Coefficient)
            {
                (ValueRange own, Local[] names) = ranges.Find(factor.Expression, factor.Frame);
                range = factor.IsDivisor ? range / own : range * own;
                unbounded.AddRange(names);
                double size = factor.IsDivisor ? 1 / own.Distance : own.Magnitude;
                if (size > largest.Size) largest = (factor.Expression.Span, size);
            }

            range = range.Scale(term.Scale);
            return new Weighed(term, term.IsPart ? ValueRange.Disc(range.Magnitude) : range, largest.Place, unbounded.ToImmutable());
        }
    }
}
