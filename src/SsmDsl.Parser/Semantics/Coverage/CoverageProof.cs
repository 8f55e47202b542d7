using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>The left side of an equation.</summary>
/// <param name="Positions">One per axis of the tensor.</param>
/// <param name="Axes">The equation's indices.</param>
public sealed record LeftSide(ImmutableArray<AffineForm> Positions, ImmutableArray<AffineVariable> Axes);

public enum CoverageFault
{
    None,

    /// <summary>Places that no equation fills.</summary>
    Gap,

    /// <summary>Places that two equations fill.</summary>
    Overlap,

    /// <summary>Places that one equation fills twice.</summary>
    NotOneToOne,

    /// <summary>Places beyond the tensor.</summary>
    Outside,
}

/// <summary>Whether equations fill every place of a tensor exactly once.</summary>
/// <param name="Verdict">Refuted: wrong for all sizes; then <paramref name="Fault"/> says what is wrong. Unknown: it depends on
/// sizes, to be decided with numbers (with numbers it is Unknown only for forms that are no products over axes and tensors of
/// more than a million places).</param>
/// <param name="Equation">The number of the equation at fault; null for a gap.</param>
/// <param name="Other">For an overlap, the number of the earlier equation.</param>
public sealed record CoverageProof(Verdict Verdict, CoverageFault Fault = CoverageFault.None, int? Equation = null, int? Other = null)
{
    public static readonly CoverageProof Proven = new(Verdict.Proven);

    public static readonly CoverageProof Unknown = new(Verdict.Unknown);

    internal static CoverageProof Refuted(CoverageFault fault, int? equation = null, int? other = null) =>
        new(Verdict.Refuted, fault, equation, other);
}
