using System.Collections.Immutable;
using Sprache;
using SsmDsl.Syntax;
using SsmDsl.Text;
using static SsmDsl.Parsing.Combinators;
using static SsmDsl.Parsing.ExpressionGrammar;
using static SsmDsl.Parsing.Terminals;

namespace SsmDsl.Parsing;

/// <summary>
/// Statements, chosen by their first token. Of a repeat only the part up to and including its <c>{</c>; the block reader
/// goes on from there.
/// </summary>
internal static class StatementGrammar
{
    private static readonly Parser<ExpressionSyntax> Expression = Full.Expression;

    private static readonly Parser<SourceSpan> Colon = Token(TokenKind.Colon);
    private static readonly Parser<SourceSpan> Assign = Token(TokenKind.Assign);
    private static readonly Parser<SourceSpan> AssignOrIndex = Expected<SourceSpan>("'=' or '['");
    private static readonly Parser<SourceSpan> OpenBrace = Token(TokenKind.OpenBrace);
    private static readonly Parser<SourceSpan> CloseBracket = Token(TokenKind.CloseBracket);
    private static readonly Parser<SourceSpan> CloseParenthesis = Token(TokenKind.CloseParenthesis);
    private static readonly Parser<SourceSpan> ParamWord = Token(TokenKind.Param);
    private static readonly Parser<SourceSpan> TargetWord = Token(TokenKind.Target);
    private static readonly Parser<SourceSpan> MetricWord = Token(TokenKind.Metric);
    private static readonly Parser<SourceSpan> Quoted = Token(TokenKind.String);

    private static readonly Parser<AxisSyntax> NamedAxis =
        from index in Identifier
        from colon in Colon
        from size in Expression
        select new AxisSyntax(index, size, index.Span.To(size.Span));

    private static readonly Parser<AxisSyntax> PlainAxis =
        from size in Expression
        select new AxisSyntax(null, size, size.Span);

    private static readonly Parser<AxisSyntax> Axis = Choose(input =>
        Vocabulary.IsName(input.Kind) && input.Next.Kind == TokenKind.Colon ? NamedAxis : PlainAxis);

    private static readonly Parser<Name> NoType = Expected<Name>("a type");

    private static readonly Parser<Bracketed<AxisSyntax>?> Axes =
        When(TokenKind.OpenBracket, ListOf(TokenKind.OpenBracket, Axis, TokenKind.CloseBracket));

    public static readonly Parser<TypeSyntax> Type =
        from element in Choose(input => Vocabulary.IsName(input.Kind) ? Identifier : NoType)
        from axes in Axes
        select new TypeSyntax(element, axes?.Items ?? [], element.Span.To(axes?.Span ?? element.Span));

    private static readonly Parser<AttributeArgument> AttributeArgument =
        from open in Token(TokenKind.OpenParenthesis)
        from value in Expression
        from close in CloseParenthesis
        select new AttributeArgument(value, close);

    private static readonly Parser<AttributeArgument?> OptionalArgument =
        When(input => input.FollowsOnLine(TokenKind.OpenParenthesis), AttributeArgument);

    private static readonly Parser<AttributeSyntax> Attribute =
        from at in Token(TokenKind.At)
        from name in Identifier
        from argument in OptionalArgument
        select new AttributeSyntax(name, argument?.Value, at.To(argument?.Close ?? name.Span));

    public static readonly Parser<ImmutableArray<AttributeSyntax>> Attributes = While(TokenKind.At, Attribute);

    private static readonly Parser<CheckpointName> CheckpointName =
        from word in Token(TokenKind.As)
        from span in Quoted
        select new CheckpointName(span.File.Text.Substring(span.Start + 1, span.Length - 2), span);

    private static readonly Parser<CheckpointName?> OptionalCheckpointName = When(TokenKind.As, CheckpointName);

    private static readonly Parser<StatementSyntax> Param =
        from doc in Doc
        from attributes in Attributes
        from innerDoc in Doc
        from word in ParamWord
        from name in Identifier
        from colon in Colon
        from type in Type
        from assign in Assign
        from init in Expression
        from checkpoint in OptionalCheckpointName
        select new ParamSyntax(
            name, type, init, checkpoint?.Text, attributes, doc ?? innerDoc,
            (attributes.Length > 0 ? attributes[0].Span : word).To(checkpoint?.Span ?? init.Span));

    private static readonly Parser<StatementSyntax> Let =
        from word in Token(TokenKind.Let)
        from name in Identifier
        from assign in Assign
        from layer in BeforeAs.Application
        select new LetSyntax(name, layer, word.To(layer.Span));

    private static readonly Parser<StatementSyntax> Target =
        from doc in Doc
        from word in TargetWord
        from name in Identifier
        from colon in Colon
        from type in Type
        select new TargetSyntax(name, type, doc, word.To(type.Span));

    private static readonly Parser<StatementSyntax> Loss =
        from word in Token(TokenKind.Loss)
        from assign in Assign
        from value in Expression
        select new LossSyntax(word, value, word.To(value.Span));

    private static readonly Parser<StatementSyntax> Metric =
        from doc in Doc
        from word in MetricWord
        from name in Identifier
        from assign in Assign
        from value in Expression
        select new MetricSyntax(name, value, doc, word.To(value.Span));

    private static readonly Parser<Name> CopyIndex =
        from open in Token(TokenKind.OpenBracket)
        from index in Identifier
        from close in CloseBracket
        select index;

    private static readonly Parser<Name?> OptionalCopyIndex = When(TokenKind.OpenBracket, CopyIndex);

    private static readonly Parser<RepeatName> RepeatName =
        from word in Token(TokenKind.As)
        from instance in DottedPath
        from copy in OptionalCopyIndex
        select new RepeatName(instance, copy);

    private static readonly Parser<RepeatName?> OptionalRepeatName = When(TokenKind.As, RepeatName);

    private static readonly Parser<StatementSyntax> Repeat =
        from word in Token(TokenKind.Repeat)
        from count in BeforeAs.Expression
        from name in OptionalRepeatName
        from open in OpenBrace
        select new RepeatSyntax(count, name?.Instance, name?.Copy, [], false, word.To(open));

    private static readonly Parser<Bracketed<BracketEntrySyntax>?> Indices =
        When(input => input.FollowsOnLine(TokenKind.OpenBracket), Entries);

    private static readonly Parser<AssignTargetSyntax> NamedTarget =
        from name in Identifier
        from indices in Indices
        select new AssignTargetSyntax(name, indices?.Items ?? default, name.Span.To(indices?.Span ?? name.Span));

    private static readonly Parser<AssignTargetSyntax> IgnoredTarget =
        from underscore in Token(TokenKind.Underscore)
        select new AssignTargetSyntax(null, default, underscore);

    private static readonly Parser<StatementSyntax> Assignment =
        from target in NamedTarget
        from assign in Choose(input => target.Indices.IsDefault && input.Kind != TokenKind.Assign ? AssignOrIndex : Assign)
        from value in Expression
        select new AssignSyntax([target], false, value, target.Span.To(value.Span));

    private static readonly Parser<StatementSyntax> TupleAssignment =
        from targets in ListOf(
            TokenKind.OpenParenthesis,
            Choose(input => input.Kind == TokenKind.Underscore ? IgnoredTarget : NamedTarget),
            TokenKind.CloseParenthesis,
            mayBeEmpty: false)
        from assign in Assign
        from value in Expression
        select new AssignSyntax(targets.Items, true, value, targets.Span.To(value.Span));

    private static readonly Parser<StatementSyntax> Nothing = Expected<StatementSyntax>("a statement");

    public static readonly Parser<StatementSyntax> Statement = Choose(input => input.Kind switch
    {
        TokenKind.Identifier or TokenKind.ReductionWord => Assignment,
        TokenKind.At or TokenKind.Param => Param,
        TokenKind.OpenParenthesis => TupleAssignment,
        TokenKind.Let => Let,
        TokenKind.Target => Target,
        TokenKind.Loss => Loss,
        TokenKind.Metric => Metric,
        TokenKind.Repeat => Repeat,
        _ => Nothing,
    });
}

internal sealed record AttributeArgument(ExpressionSyntax Value, SourceSpan Close);

internal sealed record CheckpointName(string Text, SourceSpan Span);

internal sealed record RepeatName(DottedName Instance, Name? Copy);
