using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>How a value depends on one read of an earlier state.</summary>
/// <param name="State">The state that is read.</param>
/// <param name="At">Where, by the indices of the equation that is looked at; null for a position that is computed.</param>
/// <param name="Place">The read.</param>
internal sealed record PastTerm(Local State, ImmutableArray<AffineForm?> At, SourceSpan Place)
{
    /// <summary>What it is multiplied by: the indices of each factor.</summary>
    public ImmutableArray<ImmutableHashSet<object>> Factors { get; init; } = [];

    /// <summary>What it is multiplied by and divided by, as written.</summary>
    public ImmutableArray<PastFactor> Coefficient { get; init; } = [];

    /// <summary>Indices of the sums around it.</summary>
    public ImmutableHashSet<object> Summed { get; init; } = [];

    /// <summary>1 or -1, times the number of terms of the sums around it.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Conditions under which it counts, and what they are then.</summary>
    public ImmutableArray<(CheckedExpression Condition, CycleFrame Frame, bool Holds)> Choices { get; init; } = [];

    /// <summary>Only a part of a complex state, or its conjugate.</summary>
    public bool IsPart { get; init; }

    /// <summary>What is done to it that is not linear, or null.</summary>
    public NonlinearUse? Nonlinear { get; init; }

    public PastTerm Within(NonlinearUse use) => Nonlinear is null ? this with { Nonlinear = use } : this;
}

/// <param name="Frame">The body in which it stands.</param>
/// <param name="IsDivisor">The state is divided by it.</param>
internal sealed record PastFactor(CheckedExpression Expression, CycleFrame Frame, bool IsDivisor);

/// <summary>What is done to a state that is not linear, and where.</summary>
/// <param name="What">As in "WHAT is not linear in it".</param>
internal sealed record NonlinearUse(string What, SourceSpan Place);

/// <summary>A step cannot be taken apart: it holds another recurrence or copies, or is very long.</summary>
internal sealed class StepNotUnderstoodException : Exception;
