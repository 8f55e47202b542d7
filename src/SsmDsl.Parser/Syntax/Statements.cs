using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Syntax;

public abstract record StatementSyntax(SourceSpan Span);

/// <summary><c>@lr(0.25) param skip: real[D] = 1 as "D"</c></summary>
/// <param name="CheckpointName">The string after <c>as</c>, or null.</param>
public sealed record ParamSyntax(
    Name Name,
    TypeSyntax Type,
    ExpressionSyntax Init,
    string? CheckpointName,
    ImmutableArray<AttributeSyntax> Attributes,
    string? Doc,
    SourceSpan Span) : StatementSyntax(Span);

/// <summary><c>let name = Layer[…](hyper: …)</c></summary>
public sealed record LetSyntax(Name Name, ApplySyntax Layer, SourceSpan Span) : StatementSyntax(Span);

/// <summary>
/// <c>name = expr</c>, <c>name[i, j] = expr</c>, <c>(a, b) = Layer(x)</c>, <c>(h[t, ..], _) = Cell(…)</c>.
/// </summary>
/// <param name="IsTuple">True if the left side stands in parentheses.</param>
public sealed record AssignSyntax(
    ImmutableArray<AssignTargetSyntax> Targets,
    bool IsTuple,
    ExpressionSyntax Value,
    SourceSpan Span) : StatementSyntax(Span);

/// <param name="Name">Null for <c>_</c>.</param>
/// <param name="Indices">Default (uninitialised, <c>IsDefault</c>) for a whole-tensor binding; the bracket's entries for an equation.</param>
public sealed record AssignTargetSyntax(Name? Name, ImmutableArray<BracketEntrySyntax> Indices, SourceSpan Span);

/// <summary><c>repeat K as layers[i] { … }</c></summary>
public sealed record RepeatSyntax(
    ExpressionSyntax Count,
    DottedName? Instance,
    Name? CopyIndex,
    ImmutableArray<StatementSyntax> Body,
    bool HasErrors,
    SourceSpan Span) : StatementSyntax(Span);

/// <summary><c>target label: int</c></summary>
public sealed record TargetSyntax(Name Name, TypeSyntax Type, string? Doc, SourceSpan Span) : StatementSyntax(Span);

/// <summary><c>loss = expr</c></summary>
/// <param name="Keyword">The span of the word <c>loss</c>.</param>
public sealed record LossSyntax(SourceSpan Keyword, ExpressionSyntax Value, SourceSpan Span) : StatementSyntax(Span);

/// <summary><c>metric name = expr</c></summary>
public sealed record MetricSyntax(Name Name, ExpressionSyntax Value, string? Doc, SourceSpan Span) : StatementSyntax(Span);
