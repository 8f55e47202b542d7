using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Analysis;

/// <summary>How a step of a recurrence mixes the elements of its states.</summary>
public enum StateMixing
{
    /// <summary>Each element goes on by itself, with a coefficient of its own.</summary>
    Diagonal,

    /// <summary>Each element goes on by itself, with a coefficient that many share.</summary>
    Shared,

    /// <summary>Several states mix with each other, element by element.</summary>
    Block,

    /// <summary>A diagonal, and one product of a column and a row.</summary>
    DiagonalPlusRankOne,

    /// <summary>A diagonal, and several products of a column and a row.</summary>
    DiagonalPlusLowRank,

    /// <summary>Elements mix along an axis by a full matrix.</summary>
    Dense,

    /// <summary>In some other way, for example with neighbours.</summary>
    Other,
}

/// <summary>What the form of a recurrence's equations says of it.</summary>
/// <param name="Recurrence">The recurrence.</param>
/// <param name="States">Tensors that are read at earlier steps.</param>
/// <param name="IsLinear">Whether the new states are affine in the old ones.</param>
/// <param name="IsComplex">Whether a state is complex.</param>
/// <param name="Mixing">How elements mix; for what is not linear, which elements depend on which.</param>
/// <param name="MixedAxes">Axes of the states along which elements mix.</param>
/// <param name="SharedAxes">Axes of the states along which the coefficient is the same.</param>
/// <param name="IsSelective">Whether a coefficient depends on an input or on the position.</param>
/// <param name="Coefficient">For one state with one lag of 1 and a diagonal: the coefficient, over the variables of <paramref name="Equation"/>.</param>
/// <param name="Equation">The equation of the first state.</param>
public sealed record RecurrenceForm(
    Recurrence Recurrence,
    ImmutableArray<Tensor> States,
    bool IsLinear,
    bool IsComplex,
    StateMixing Mixing,
    ImmutableArray<int> MixedAxes,
    ImmutableArray<int> SharedAxes,
    bool IsSelective,
    Scalar? Coefficient,
    Equation Equation);
