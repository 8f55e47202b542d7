using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>Why a recurrence runs step by step.</summary>
/// <param name="State">The state.</param>
/// <param name="Place">The left side of its equation.</param>
/// <param name="Text">As in "the recurrence of h runs step by step: TEXT".</param>
/// <param name="Cause">What stands in the way, where that is an expression.</param>
internal sealed record StepReason(Local State, SourceSpan Place, string Text, SourceSpan? Cause)
{
    /// <summary>The first reason of a recurrence, or null if its step is linear and without a full matrix.</summary>
    public static StepReason? Of(ScheduledRecurrence recurrence, CycleFrame frame)
    {
        Update[] updates = [.. Updates(recurrence, frame)];
        if (updates.Length == 0) return null;
        try
        {
            if (recurrence.Members.Any(m => m is ScheduledRecurrence)) throw new StepNotUnderstoodException();
            (Update Update, PastTerm Term)[] terms = [.. updates.SelectMany(u => u.Terms(recurrence, frame).Select(t => (u, t)))];
            HashSet<Local> states = [.. terms.Select(t => t.Term.State)];
            terms = [.. terms.Where(t => states.Contains(t.Update.Target))];
            if (terms.FirstOrDefault(t => t.Term.Nonlinear is not null) is { Update: { } n } nonlinear)
                return new StepReason(n.Target, n.Place, $"{nonlinear.Term.Nonlinear!.What} is not linear in its past", nonlinear.Term.Nonlinear.Place);
            (Update Update, PastTerm Term)[] mixed = [.. terms.Where(t => t.Update.MixedAxes(t.Term).Count > 0)];
            if (mixed.FirstOrDefault(t => !t.Update.IsSummed(t.Term)) is { Update: { } other })
                return new StepReason(other.Target, other.Place, "its elements read others of an earlier step", null);
            return mixed.FirstOrDefault(t => t.Update.HasMatrix(t.Term)) is { Update: { } dense }
                ? new StepReason(dense.Target, dense.Place, "a full matrix multiplies its past", null)
                : null;
        }
        catch (StepNotUnderstoodException)
        {
            return new StepReason(updates[0].Target, updates[0].Place, "its step holds another recurrence or copies of its own, or is very long", null);
        }
    }

    /// <summary>All equations and calls of the cycle that give a name a value.</summary>
    private static IEnumerable<Update> Updates(ScheduledRecurrence recurrence, CycleFrame frame)
    {
        foreach (Local local in recurrence.Axes.Keys.OfType<Local>().OrderBy(l => l.Span.Start))
        {
            int axis = recurrence.Axes[local];
            foreach (CheckedEquation equation in frame.EquationsOf(local))
            {
                yield return new Update(local, equation.LeftSide ?? equation.Span, axis,
                    [.. equation.Left.Select(AffineReader.TryRead)], (terms, own) => terms.Of(equation, frame, own[axis]!));
            }

            if (frame.CallOf(local) is not { } call) continue;
            yield return new Update(local, local.Span, axis,
                [.. local.Type.Shape.Select((size, i) => AffineForm.Variable((local, i), size))], (terms, own) => terms.Of(call, local, own, frame, own[axis]!));
        }
    }

    /// <param name="Own">The positions that it gives a value.</param>
    private sealed record Update(
        Local Target, SourceSpan Place, int Axis, ImmutableArray<AffineForm?> Own, Func<PastTerms, ImmutableArray<AffineForm?>, ImmutableArray<PastTerm>> Read)
    {
        public ImmutableArray<PastTerm> Terms(ScheduledRecurrence recurrence, CycleFrame frame) =>
            Own[Axis] is null ? throw new StepNotUnderstoodException() : Read(new PastTerms(recurrence.Axes), Own);

        /// <summary>Axes, but for that of the steps, along which another element is read than the own one.</summary>
        public IReadOnlyList<int> MixedAxes(PastTerm term) => term.At.Length != Own.Length
            ? [-1]
            : [.. Enumerable.Range(0, Own.Length).Where(a => a != Axis && (term.At[a] is null || Own[a] is null || !term.At[a]!.Equals(Own[a])))];

        /// <summary>Elements mix by sums over whole axes only.</summary>
        public bool IsSummed(PastTerm term) => term.At.Length == Own.Length
            && MixedAxes(term).All(a => Variable(term.At[a]) is { } variable && term.Summed.Contains(variable));

        /// <summary>A factor knows both the row and the column of what it connects.</summary>
        public bool HasMatrix(PastTerm term)
        {
            IReadOnlyList<int> mixed = MixedAxes(term);
            HashSet<object> rows = [.. mixed.Select(a => Variable(Own[a])).OfType<object>()];
            HashSet<object> columns = [.. mixed.Select(a => Variable(term.At[a])).OfType<object>()];
            return term.Factors.Any(f => f.Overlaps(rows) && f.Overlaps(columns));
        }

        private static object? Variable(AffineForm? form) =>
            form is { Atoms: [AffineVariable variable] } && form.Offset.Equals(0) && form[variable].Equals(1) ? variable.Key : null;
    }
}
