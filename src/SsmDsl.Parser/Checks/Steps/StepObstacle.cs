using SsmDsl.Text;

namespace SsmDsl.Checks;

public enum StepObstacleKind
{
    /// <summary>Several dimensions are dynamic: nothing says along which one a stream runs.</summary>
    SeveralDynamic,

    /// <summary>A later position is read.</summary>
    Future,

    /// <summary>All earlier positions are read, as in attention without a window.</summary>
    UnboundedPast,

    /// <summary>All positions are read at each position.</summary>
    WholeSequence,

    /// <summary>What a reduction over the whole sequence gave is read at each position.</summary>
    TotalWithinSequence,

    /// <summary>A fixed position other than the last one is read.</summary>
    FixedPosition,

    /// <summary>The length of the sequence is used as a number.</summary>
    LengthAsNumber,

    /// <summary>Positions do not advance by one per step.</summary>
    OtherRate,

    /// <summary>A tensor has two axes along the sequence.</summary>
    TwoSequenceAxes,
}

/// <summary>Why a model cannot run step by step (SSM0304).</summary>
/// <param name="Reason">As in "cannot run step by step: reason".</param>
/// <param name="Place">The reading expression.</param>
/// <param name="Use">The use of a layer in the model's own body that leads there; null if the place stands in that body.</param>
public sealed record StepObstacle(StepObstacleKind Kind, string Reason, SourceSpan Place, SourceSpan? Use);
