using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Analysis;

/// <summary>How a value depends on one read of an earlier state.</summary>
/// <param name="Factors">What the state is multiplied by, none of which depends on a state; their product is the coefficient.</param>
/// <param name="State">The read.</param>
/// <param name="Summed">Variables of reductions between the read and the value.</param>
/// <param name="IsLinear">False if something is done to the state that is not linear.</param>
/// <param name="IsPartial">The real or imaginary part, or the conjugate, of a complex state: linear over the reals only.</param>
internal sealed record StateTerm(
    ImmutableArray<Scalar> Factors, LoadScalar State, ImmutableHashSet<IndexVar> Summed, bool IsLinear = true, bool IsPartial = false)
{
    public StateTerm Times(Scalar factor) => this with { Factors = Factors.Add(factor) };
}
