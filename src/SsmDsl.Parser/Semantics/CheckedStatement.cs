using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Semantics;

public abstract record CheckedStatement(SourceSpan Span);

/// <param name="Axes">One index per axis of the parameter; <paramref name="Init"/> may read them and earlier parameters.</param>
/// <param name="CheckpointName">The last part(s) of its path: the name, or what stands after <c>as</c>.</param>
public sealed record CheckedParameter(
    Local Local,
    ImmutableArray<IndexSymbol> Axes,
    CheckedExpression Init,
    string CheckpointName,
    double LearningRateFactor,
    bool Decay,
    bool Frozen,
    string? Doc,
    SourceSpan Span) : CheckedStatement(Span);

/// <summary>
/// <c>target[left…] = value</c> for all values of <paramref name="Axes"/>. Several equations may fill one local (parts, and
/// initial states at positions below 0, or at T and above for a reversed recurrence). Whole-tensor bindings are equations with
/// fresh indices. Reads of the target at other steps make it a recurrence.
/// </summary>
/// <param name="Left">One int expression over <paramref name="Axes"/> per axis of the target.</param>
/// <param name="IsInitial">Gives states before the first step.</param>
/// <param name="SourceText">The equation as written, for comments in generated code.</param>
public sealed record CheckedEquation(
    Local Target,
    ImmutableArray<IndexSymbol> Axes,
    ImmutableArray<CheckedExpression> Left,
    CheckedExpression Value,
    bool IsInitial,
    string SourceText,
    SourceSpan Span) : CheckedStatement(Span)
{
    /// <summary>Where the left side stands, if the text has an equation for it.</summary>
    public SourceSpan? LeftSide { get; init; }
}

/// <summary>
/// A use of a layer. Every argument is a local whose leading axes are the lifted ones (or has none of them and is shared);
/// slices such as <c>h[t-1, ..]</c> were bound to a local by an equation before, so a call may be part of a recurrence.
/// </summary>
/// <param name="Lifted">Sizes of the lifted leading axes, outermost first.</param>
/// <param name="Arguments">One per tensor input of the callee; null where the default fills it.</param>
/// <param name="ArgumentIsLifted">Whether the argument has the lifted axes in front.</param>
/// <param name="Results">One per output of the callee; null where it is not used. A result has the lifted axes in front if the
/// output reads a lifted argument.</param>
public sealed record CheckedCall(
    LayerInstance Instance,
    ImmutableArray<Dim> Lifted,
    ImmutableArray<Local?> Arguments,
    ImmutableArray<bool> ArgumentIsLifted,
    ImmutableArray<Local?> Results,
    SourceSpan Span) : CheckedStatement(Span);

/// <summary>An instance of a layer with parameters of its own, shared by all its uses. Reference identity.</summary>
/// <param name="path">The part of parameter names that this instance adds; dots allowed.</param>
/// <param name="dimensions">A value over the caller's symbols for every dimension symbol of the callee that its parameters,
/// shapes and values may need: listed, inferred, and int hyperparameters.</param>
/// <param name="copy">The copy number of the innermost repeat in whose body the instance is declared (its parameters exist once
/// per copy), or null if that is the layer's body. A <c>let</c> before a repeat is shared by all copies.</param>
public sealed class LayerInstance(
    string path,
    CheckedLayer layer,
    ImmutableDictionary<DimSymbol, Dim> dimensions,
    ImmutableDictionary<Hyperparameter, HyperArgument> hyperparameters,
    IndexSymbol? copy,
    SourceSpan span)
{
    public string Path { get; } = path;
    public CheckedLayer Layer { get; } = layer;

    /// <summary>Sequence sizes may differ from use to use; those of the first use stand here, see <see cref="CheckedCall"/> arguments.</summary>
    public ImmutableDictionary<DimSymbol, Dim> Dimensions { get; } = dimensions;
    public ImmutableDictionary<Hyperparameter, HyperArgument> Hyperparameters { get; } = hyperparameters;
    public IndexSymbol? Copy { get; } = copy;
    public SourceSpan Span { get; } = span;
}

/// <param name="Path">The part of parameter names in front of the copy number.</param>
/// <param name="Copy">The copy's number, an int value in the body; its range is the count.</param>
public sealed record CheckedRepeat(
    Dim Count,
    string Path,
    IndexSymbol Copy,
    ImmutableArray<CheckedStatement> Body,
    ImmutableArray<CarriedLocal> Carried,
    SourceSpan Span) : CheckedStatement(Span);

/// <summary>A name bound before a repeat and rebound in it.</summary>
/// <param name="Before">Its value before the repeat.</param>
/// <param name="Entry">Its value at the start of a copy's body.</param>
/// <param name="Exit">Its value at the end of a copy's body.</param>
/// <param name="After">Its value after the repeat: the last Exit, or Before if there are no copies.</param>
public sealed record CarriedLocal(Local Before, Local Entry, Local Exit, Local After);

public sealed record CheckedTarget(Local Local, string? Doc, SourceSpan Span) : CheckedStatement(Span);

/// <summary>A scalar (no indices are free in it).</summary>
public sealed record CheckedLoss(CheckedExpression Value, SourceSpan Span) : CheckedStatement(Span);

public sealed record CheckedMetric(string Name, CheckedExpression Value, string? Doc, SourceSpan Span) : CheckedStatement(Span);
