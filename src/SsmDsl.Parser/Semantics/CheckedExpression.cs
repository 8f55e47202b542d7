using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Semantics;

/// <summary>A scalar expression over indices. All conversions (int to real, real to complex) are explicit operations.</summary>
public abstract record CheckedExpression(ElementType Type, SourceSpan Span);

/// <summary>A number; bool is 0 or 1. <paramref name="Imaginary"/> is 0 unless the type is complex.</summary>
public sealed record ConstantExpression(double Real, double Imaginary, ElementType Type, SourceSpan Span)
    : CheckedExpression(Type, Span);

/// <summary>The value of an index (of a sequence axis: counted from the start of the stream) or of a copy number.</summary>
public sealed record IndexExpression(IndexSymbol Index, SourceSpan Span) : CheckedExpression(ElementType.Int, Span);

/// <summary>A dimension, or an int hyperparameter, as an int value.</summary>
public sealed record DimensionExpression(Dim Value, SourceSpan Span) : CheckedExpression(ElementType.Int, Span);

/// <summary>A real or bool hyperparameter.</summary>
public sealed record HyperExpression(Hyperparameter Parameter, ElementType Type, SourceSpan Span) : CheckedExpression(Type, Span);

/// <summary><c>mode == best</c>, decided when the layer is expanded; <c>!=</c> is a Not around it.</summary>
public sealed record WordTestExpression(Hyperparameter Parameter, string Word, SourceSpan Span)
    : CheckedExpression(ElementType.Bool, Span);

/// <summary>One element of a tensor. An index is affine in index symbols, with div and mod by static divisors, or reads an int tensor.
/// On a sequence axis, a position outside gives 0 or false.</summary>
public sealed record ReadExpression(Local Local, ImmutableArray<CheckedExpression> Indices, ElementType Type, SourceSpan Span)
    : CheckedExpression(Type, Span);

public sealed record OperationExpression(ScalarOp Op, ImmutableArray<CheckedExpression> Arguments, ElementType Type, SourceSpan Span)
    : CheckedExpression(Type, Span);

/// <summary>A branch: only the one taken is evaluated, the other receives no gradient.</summary>
public sealed record ConditionalExpression(CheckedExpression Condition, CheckedExpression Then, CheckedExpression Else, ElementType Type, SourceSpan Span)
    : CheckedExpression(Type, Span);

public enum ReduceKind
{
    Sum,
    Mean,
    Max,
    Min,
    Prod,
    LogSumExp,

    /// <summary>Over one index: its value. Over several: the row-major position.</summary>
    ArgMax,
    ArgMin,
}

public sealed record ReduceExpression(
    ReduceKind Kind,
    ImmutableArray<IndexSymbol> Indices,
    CheckedExpression? Condition,
    CheckedExpression Body,
    ElementType Type,
    SourceSpan Span) : CheckedExpression(Type, Span);

/// <summary>exp(body(outer)) / sum over inner of exp(body(inner)), 0 where the condition fails.</summary>
/// <param name="Outer">The indices at which the value is taken, in the order of <paramref name="Inner"/>.</param>
/// <param name="Inner">Fresh indices, over which <paramref name="Condition"/> and <paramref name="Body"/> are written.</param>
public sealed record SoftmaxExpression(
    ImmutableArray<IndexSymbol> Outer,
    ImmutableArray<IndexSymbol> Inner,
    CheckedExpression? Condition,
    CheckedExpression Body,
    SourceSpan Span) : CheckedExpression(ElementType.Real, Span);

/// <summary><c>random()</c>: uniform in [0, 1), one draw per value of <paramref name="Indices"/>.</summary>
/// <param name="Occurrence">Number of the occurrence within the layer's body, from 1 in the order of the text.</param>
/// <param name="Indices">All indices in scope, outermost first: left-side indices, then those of enclosing reductions.</param>
public sealed record RandomExpression(int Occurrence, ImmutableArray<IndexSymbol> Indices, SourceSpan Span)
    : CheckedExpression(ElementType.Real, Span);

/// <summary>True in training.</summary>
public sealed record TrainingExpression(SourceSpan Span) : CheckedExpression(ElementType.Bool, Span);

/// <summary><c>uniform(lo, hi)</c> or <c>normal(mean, std)</c> in an initialiser: one draw per element of the parameter and occurrence.</summary>
/// <param name="Occurrence">Number of the occurrence within the initialiser, from 1.</param>
public sealed record InitialDrawExpression(bool IsNormal, CheckedExpression First, CheckedExpression Second, int Occurrence, SourceSpan Span)
    : CheckedExpression(ElementType.Real, Span);
