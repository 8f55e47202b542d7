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
    public static StepReason? Of(StepTerms step)
    {
        if (step.Updates.IsEmpty) return null;
        if (step.Terms is not { } terms) return At(step.Updates[0], "its step holds another recurrence or copies of its own, or is very long");
        foreach ((StateUpdate update, PastTerm term) in terms)
        {
            if (term.Nonlinear is { } use) return At(update, $"{use.What} is not linear in its past", use.Place);
        }

        (StateUpdate Update, PastTerm Term)[] mixed = [.. terms.Where(t => t.Update.MixedAxes(t.Term).Count > 0)];
        if (mixed.FirstOrDefault(t => !t.Update.IsSummed(t.Term)) is { Update: { } other }) return At(other, "its elements read others of an earlier step");
        return mixed.FirstOrDefault(t => t.Update.HasMatrix(t.Term)) is { Update: { } dense } ? At(dense, "a full matrix multiplies its past") : null;
    }

    private static StepReason At(StateUpdate update, string text, SourceSpan? cause = null) => new(update.Target, update.Place, text, cause);
}
