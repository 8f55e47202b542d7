using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>
/// What is computed place by place: a tensor with all equations that fill it, or a call with the axes over which it is lifted.
/// </summary>
/// <param name="Key">Compared by Equals.</param>
public sealed record DependencyNode(object Key, int AxisCount);

/// <summary>A read of one node by another or by itself.</summary>
/// <param name="Shifts">
/// For each axis of the reader (first index) and each axis of the source (second index), how far the read is from the reader's
/// own position.
/// </param>
/// <param name="Place">What the caller reports errors at.</param>
public sealed record DependencyRead(
    object Reader,
    object Source,
    ImmutableArray<ImmutableArray<AxisShift>> Shifts,
    object Place);

/// <summary>A step of a schedule.</summary>
public abstract record ScheduleItem;

public sealed record ScheduledNode(object Key) : ScheduleItem;

/// <summary>
/// For each position along an axis, ascending or descending, the members are computed in order, at that position only.
/// </summary>
/// <param name="Axes">For every node inside, nested ones too, the axis along which it recurs here.</param>
/// <param name="Lags">For every node, how many steps before its reader's position the reads within the cycle go at most; at least 0.</param>
/// <param name="Members">Nodes, and recurrences along other axes.</param>
public sealed record ScheduledRecurrence(
    ImmutableDictionary<object, int> Axes,
    bool Reversed,
    ImmutableDictionary<object, Dim> Lags,
    ImmutableArray<ScheduleItem> Members) : ScheduleItem;

public enum RecurrenceErrorKind
{
    /// <summary>SSM0301: a value depends on itself at the same step.</summary>
    SameStep,

    /// <summary>SSM0301: within a cycle, a read that is not at a lag.</summary>
    NoLag,

    /// <summary>SSM0302: within a cycle, reads at earlier and at later steps.</summary>
    BothDirections,
}

/// <param name="Read">For both directions, the first read in the direction other than that of <paramref name="Other"/>.</param>
/// <param name="Other">For both directions, the first read that has a direction; else null.</param>
/// <param name="Cycle">The keys of all nodes in the cycle, in the order given.</param>
/// <param name="IsCertain">False if it depends on sizes that are not known here (a lag of <c>K - 1</c>): to be decided again with
/// numbers.</param>
public sealed record RecurrenceError(
    RecurrenceErrorKind Kind, DependencyRead Read, DependencyRead? Other, ImmutableArray<object> Cycle, bool IsCertain);

/// <param name="Items">All nodes in an order in which they can be computed, the given order where possible. The nodes of a
/// cycle with an error stand in the given order.</param>
/// <param name="Errors">One for each cycle that is no recurrence.</param>
public sealed record Schedule(ImmutableArray<ScheduleItem> Items, ImmutableArray<RecurrenceError> Errors);
