using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Ir;

/// <summary>A statement of a graph program.</summary>
public abstract record Node;

/// <summary>
/// target[left] = body, or target[left] = reduction of body, for all values of <paramref name="Axes"/>.
/// Every place of the target is written by exactly one equation; places that none writes hold 0.
/// The body has no reductions in it. Inside of recurrences, <paramref name="Axes"/> includes their step indices.
/// </summary>
/// <param name="Left">One index per axis of the target, over <paramref name="Axes"/>; one-to-one, no lookups unless <paramref name="Accumulate"/>.</param>
/// <param name="Guard">Where false, the target gets 0 and nothing is evaluated; null is true. Over <paramref name="Axes"/>.</param>
/// <param name="Accumulate">
/// Scatter-add, the adjoint of a gather: the target starts at 0 and every value is added at its place, in row-major order of
/// <paramref name="Axes"/>. No other equation writes the target; no <paramref name="Reduction"/>. Left indices outside of the target are skipped.
/// </param>
/// <param name="Comment">The source equation, or what an adjoint is the adjoint of.</param>
public sealed record Equation(
    Tensor Target,
    ImmutableArray<IndexVar> Axes,
    ImmutableArray<Index> Left,
    Reduction? Reduction,
    Scalar Body,
    Scalar? Guard = null,
    bool Accumulate = false,
    string? Comment = null,
    SourceSpan? Origin = null) : Node;

/// <summary>Over all values of <paramref name="Axes"/> for which the condition holds, in row-major order.</summary>
/// <param name="Kind">
/// Not Mean. Nothing kept: Sum 0, Prod 1, Max and LogSumExp -infinity, Min infinity; ArgMax and ArgMin are run-time errors.
/// The first of equal ones wins. ArgMax gives the row-major position within <paramref name="Axes"/>.
/// </param>
public sealed record Reduction(ReduceKind Kind, ImmutableArray<IndexVar> Axes, Scalar? Condition);

public enum RecurrenceKind
{
    /// <summary>Along an axis of the data.</summary>
    Sequence,

    /// <summary>Over the copies of a <c>repeat</c>: carried tensors have an axis with one place before the first copy.</summary>
    Copies,
}

/// <summary>
/// The one primitive for every recurrence. For each value of <paramref name="Step"/>, ascending or descending
/// (<paramref name="Reversed"/>), runs the members in order with that value bound; tensors written by members have an axis for it.
/// Members may be recurrences along other axes.
/// </summary>
public sealed record Recurrence(
    IndexVar Step,
    bool Reversed,
    RecurrenceKind Kind,
    ImmutableArray<Node> Members) : Node;
