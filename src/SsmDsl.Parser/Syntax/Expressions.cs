using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Syntax;

public abstract record ExpressionSyntax(SourceSpan Span);

/// <summary><c>1</c>, <c>0.5</c>, <c>1e-3</c>, <c>2i</c>. <see cref="IsInteger"/>: no point, no exponent, no <c>i</c>.</summary>
public sealed record NumberSyntax(double Value, bool IsInteger, bool IsImaginary, SourceSpan Span) : ExpressionSyntax(Span);

public sealed record BoolSyntax(bool Value, SourceSpan Span) : ExpressionSyntax(Span);

/// <summary>
/// Everything that starts with a name: <c>x</c>, <c>x[t, d]</c>, <c>exp(x)</c>, <c>Linear[8]</c>,
/// <c>Scan[64](x, decay: 0.9)</c>, <c>norm(x) as n</c>. What the name means is decided when names are bound.
/// </summary>
/// <param name="Brackets">Default (<c>IsDefault</c>) if there are no brackets.</param>
/// <param name="Arguments">Default (<c>IsDefault</c>) if there are no parentheses.</param>
/// <param name="Instance">The name after <c>as</c>, or null.</param>
public sealed record ApplySyntax(
    Name Name,
    ImmutableArray<BracketEntrySyntax> Brackets,
    ImmutableArray<ArgumentSyntax> Arguments,
    DottedName? Instance,
    SourceSpan Span) : ExpressionSyntax(Span);

/// <summary>An entry between brackets: an index or size, <c>N: 64</c> (also an annotated index <c>d: D</c>), or <c>..</c>.</summary>
/// <param name="Label">The name before the colon, or null.</param>
/// <param name="Value">Null for <c>..</c>.</param>
public sealed record BracketEntrySyntax(Name? Label, ExpressionSyntax? Value, SourceSpan Span)
{
    public bool IsSlice => Value is null;
}

/// <summary>An argument in parentheses, with its name if it was given by name.</summary>
public sealed record ArgumentSyntax(Name? Label, ExpressionSyntax Value, SourceSpan Span);

public enum UnaryOperator
{
    Negate,
    Not,
}

public sealed record UnarySyntax(UnaryOperator Operator, ExpressionSyntax Operand, SourceSpan Span) : ExpressionSyntax(Span);

public enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Div,
    Mod,
    Power,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// <param name="OperatorSpan">The operator's token.</param>
public sealed record BinarySyntax(
    BinaryOperator Operator,
    ExpressionSyntax Left,
    ExpressionSyntax Right,
    SourceSpan OperatorSpan,
    SourceSpan Span) : ExpressionSyntax(Span);

/// <summary><c>if c then a else b</c></summary>
public sealed record IfSyntax(ExpressionSyntax Condition, ExpressionSyntax Then, ExpressionSyntax Else, SourceSpan Span)
    : ExpressionSyntax(Span);

/// <summary>
/// <c>sum[k: K, j | j &lt;= t] body</c>, <c>mean(x)</c>, <c>softmax[s | s &lt;= t] a[t, s]</c>.
/// </summary>
/// <param name="Word">The reduction's word: sum, mean, max, min, prod, logsumexp, argmax, argmin or softmax.</param>
/// <param name="Indices">
/// Default (<c>IsDefault</c>) without brackets: all axes are reduced. A plain index has its name in
/// <see cref="ReductionIndexSyntax.Index"/> and no size.
/// </param>
public sealed record ReductionSyntax(
    Name Word,
    ImmutableArray<ReductionIndexSyntax> Indices,
    ExpressionSyntax? Condition,
    ExpressionSyntax Body,
    SourceSpan Span) : ExpressionSyntax(Span);

/// <summary><c>k</c> or <c>k: K</c></summary>
public sealed record ReductionIndexSyntax(Name Index, ExpressionSyntax? Size, SourceSpan Span);

/// <summary><c>left |> right</c>. The right side is an <see cref="ApplySyntax"/>.</summary>
public sealed record PipeSyntax(ExpressionSyntax Left, ApplySyntax Right, SourceSpan Span) : ExpressionSyntax(Span);

/// <summary><c>(expr)</c>, kept for spans and for <c>mean(x)</c>.</summary>
public sealed record ParenthesesSyntax(ExpressionSyntax Inner, SourceSpan Span) : ExpressionSyntax(Span);
