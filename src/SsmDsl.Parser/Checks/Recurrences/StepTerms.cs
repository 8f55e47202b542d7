using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>A step of a recurrence, taken apart.</summary>
/// <param name="Updates">All equations and calls of the cycle.</param>
/// <param name="Terms">For the equations of states, how they read states; null if the step cannot be taken apart.</param>
internal sealed record StepTerms(ImmutableArray<StateUpdate> Updates, ImmutableArray<(StateUpdate Update, PastTerm Term)>? Terms)
{
    public static StepTerms Of(ScheduledRecurrence recurrence, CycleFrame frame)
    {
        ImmutableArray<StateUpdate> updates = [.. StateUpdate.All(recurrence, frame)];
        try
        {
            if (recurrence.Members.Any(m => m is ScheduledRecurrence)) throw new StepNotUnderstoodException();
            (StateUpdate Update, PastTerm Term)[] terms = [.. updates.SelectMany(u => u.Terms.Select(t => (u, t)))];
            HashSet<Local> states = [.. terms.Select(t => t.Term.State)];
            return new StepTerms(updates, [.. terms.Where(t => states.Contains(t.Update.Target))]);
        }
        catch (StepNotUnderstoodException)
        {
            return new StepTerms(updates, null);
        }
    }

    public bool IsLinear => Terms is { } terms && terms.All(t => t.Term.Nonlinear is null);
}
