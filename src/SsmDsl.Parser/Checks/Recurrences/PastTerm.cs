using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>How a value depends on one read of an earlier state.</summary>
/// <param name="State">The state that is read.</param>
/// <param name="At">Where, by the indices of the equation that is looked at; null for a position that is computed.</param>
/// <param name="Factors">What it is multiplied by: for each factor, its indices.</param>
/// <param name="Summed">Indices of the sums around it.</param>
/// <param name="Nonlinear">What is done to it that is not linear, or null.</param>
internal sealed record PastTerm(
    Local State,
    ImmutableArray<AffineForm?> At,
    ImmutableArray<ImmutableHashSet<object>> Factors,
    ImmutableHashSet<object> Summed,
    NonlinearUse? Nonlinear)
{
    public PastTerm Times(IEnumerable<ImmutableHashSet<object>> factors) => this with { Factors = [.. Factors, .. factors] };

    public PastTerm Within(NonlinearUse use) => Nonlinear is null ? this with { Nonlinear = use } : this;
}

/// <summary>What is done to a state that is not linear, and where.</summary>
/// <param name="What">As in "WHAT is not linear in it".</param>
internal sealed record NonlinearUse(string What, SourceSpan Place);

/// <summary>A step cannot be taken apart: it holds another recurrence or copies, or is very long.</summary>
internal sealed class StepNotUnderstoodException : Exception;
