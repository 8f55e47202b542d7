using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Autodiff;

/// <summary>
/// One place where an equation reads an active tensor: the adjoint of the tensor at <c>Load.Indices</c> receives
/// <paramref name="Adjoint"/> for all values of <paramref name="Variables"/>.
/// </summary>
/// <param name="Variables">The equation's axes, then those of its reduction.</param>
/// <param name="Scope">The recurrences around the equation, outermost first.</param>
/// <param name="Comment">The equation's comment.</param>
internal sealed record Site(
    LoadScalar Load,
    Scalar Adjoint,
    ImmutableArray<IndexVar> Variables,
    ImmutableArray<Recurrence> Scope,
    string? Comment);
