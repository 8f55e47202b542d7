using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Expansion;

/// <summary>A statement of the expanded model, before tensors have prefix axes.</summary>
internal abstract record Draft(Frame Frame, Slot Target, SourceSpan Span);

internal sealed record DraftEquation(
    Frame Frame,
    Slot Target,
    ImmutableArray<IndexSymbol> Axes,
    ImmutableArray<CheckedExpression> Left,
    CheckedExpression Value,
    bool IsInitial,
    string? Comment,
    SourceSpan Span) : Draft(Frame, Target, Span);

/// <summary>target = source, element by element.</summary>
/// <param name="AtCopy">Writes the place at this position of the axis that the target is carried over; null: at every copy.</param>
internal sealed record DraftCopy(Frame Frame, Slot Target, Func<View> Source, int? AtCopy, SourceSpan Span) : Draft(Frame, Target, Span);

/// <summary>The expanded model.</summary>
internal sealed record DraftModel(
    Frame Frame,
    PrefixAxis Batch,
    ImmutableArray<Draft> Drafts,
    ImmutableArray<Slot> Inputs,
    ImmutableArray<Slot> Targets,
    ImmutableArray<ParameterSlot> Parameters,
    ImmutableArray<(LayerOutput Output, Slot Slot)> Outputs,
    Slot? Loss,
    ImmutableArray<(CheckedMetric Metric, Slot Slot)> Metrics);
