using System.Collections.Immutable;
using Sprache;
using SsmDsl.Syntax;
using SsmDsl.Text;
using static SsmDsl.Parsing.Combinators;
using static SsmDsl.Parsing.ExpressionGrammar;
using static SsmDsl.Parsing.Terminals;

namespace SsmDsl.Parsing;

/// <summary>
/// Declarations, chosen by their first tokens. Of a layer or model only the part up to and including its <c>{</c>; the
/// block reader goes on from there.
/// </summary>
internal static class DeclarationGrammar
{
    private static readonly Parser<ExpressionSyntax> Expression = Full.Expression;

    private static readonly Parser<SourceSpan> Colon = Token(TokenKind.Colon);
    private static readonly Parser<SourceSpan> Assign = Token(TokenKind.Assign);
    private static readonly Parser<SourceSpan> OpenBrace = Token(TokenKind.OpenBrace);
    private static readonly Parser<SourceSpan> Arrow = Token(TokenKind.Arrow);
    private static readonly Parser<SourceSpan> LayerWord = Token(TokenKind.Layer);
    private static readonly Parser<SourceSpan> ModelWord = Token(TokenKind.Model);
    private static readonly Parser<SourceSpan> ConstWord = Token(TokenKind.Const);
    private static readonly Parser<SourceSpan> FnWord = Token(TokenKind.Fn);

    private static readonly Parser<ExpressionSyntax> DefaultValue = Assign.Then(_ => Expression);
    private static readonly Parser<ExpressionSyntax?> OptionalDefault = When(TokenKind.Assign, DefaultValue);
    private static readonly Parser<ExpressionSyntax?> OptionalSize = When(TokenKind.Colon, Colon.Then(_ => Expression));

    private static readonly Parser<DimensionSyntax> Dimension =
        from name in Identifier
        from size in OptionalSize
        select new DimensionSyntax(name, size, name.Span.To(size?.Span ?? name.Span));

    private static readonly Parser<InputSyntax> TensorInput =
        from doc in Doc
        from name in Identifier
        from colon in Colon
        from type in StatementGrammar.Type
        from value in OptionalDefault
        select new InputSyntax(name, type, value, [], doc, name.Span.To(value?.Span ?? type.Span));

    private static readonly Parser<InputSyntax> Hyperparameter =
        from doc in Doc
        from name in Identifier
        from value in DefaultValue
        select new InputSyntax(name, null, value, [], doc, name.Span.To(value.Span));

    private static readonly Parser<ImmutableArray<Name>> Words = Separated(Identifier, TokenKind.Bar);

    private static readonly Parser<InputSyntax> WordHyperparameter =
        from doc in Doc
        from name in Identifier
        from assign in Assign
        from words in Words
        select new InputSyntax(name, null, null, words, doc, name.Span.To(words[words.Length - 1].Span));

    private static readonly Parser<InputSyntax> ColonOrAssign = Expected<InputSyntax>("':' or '='");

    private static readonly Parser<InputSyntax> NeitherInput =
        from name in Identifier
        from nothing in ColonOrAssign
        select nothing;

    private static readonly Parser<InputSyntax> Input = Choose(input => input.Next.Kind switch
    {
        TokenKind.Colon => TensorInput,
        TokenKind.Assign when Vocabulary.IsName(input.Next.Next.Kind) && input.Next.Next.Next.Kind == TokenKind.Bar => WordHyperparameter,
        TokenKind.Assign => Hyperparameter,
        _ => NeitherInput,
    });

    private static readonly Parser<OutputSyntax> Output =
        from doc in Doc
        from name in Identifier
        from colon in Colon
        from type in StatementGrammar.Type
        select new OutputSyntax(name, type, doc, name.Span.To(type.Span));

    private static readonly Parser<Bracketed<OutputSyntax>> SeveralOutputs =
        ListOf(TokenKind.OpenParenthesis, Output, TokenKind.CloseParenthesis, mayBeEmpty: false);

    private static readonly Parser<Bracketed<OutputSyntax>> OneOutput =
        Output.Select(output => new Bracketed<OutputSyntax>([output], output.Span));

    private static readonly Parser<Bracketed<OutputSyntax>> Outputs =
        Choose(input => input.Kind == TokenKind.OpenParenthesis ? SeveralOutputs : OneOutput);

    private static readonly Parser<Bracketed<DimensionSyntax>?> OptionalDimensions =
        When(TokenKind.OpenBracket, ListOf(TokenKind.OpenBracket, Dimension, TokenKind.CloseBracket));

    private static readonly Parser<Bracketed<InputSyntax>?> OptionalInputs =
        When(TokenKind.OpenParenthesis, ListOf(TokenKind.OpenParenthesis, Input, TokenKind.CloseParenthesis));

    private static readonly Parser<SourceSpan> LayerOrModel = Choose(input => input.Kind == TokenKind.Layer ? LayerWord : ModelWord);

    private static readonly Parser<DeclarationSyntax> Layer =
        from doc in Doc
        from attributes in StatementGrammar.Attributes
        from innerDoc in Doc
        from word in LayerOrModel
        from name in Identifier
        from dimensions in OptionalDimensions
        from inputs in OptionalInputs
        from arrow in Arrow
        from outputs in Outputs
        from open in OpenBrace
        select new LayerSyntax(
            word.File.Text[word.Start] == 'm',
            name,
            dimensions?.Items ?? [],
            inputs?.Items ?? [],
            outputs.Items,
            [],
            attributes,
            false,
            word.To(outputs.Span),
            doc ?? innerDoc,
            First(attributes, word).To(open));

    private static readonly Parser<DeclarationSyntax> Specialisation =
        from doc in Doc
        from attributes in StatementGrammar.Attributes
        from innerDoc in Doc
        from word in ModelWord
        from name in Identifier
        from assign in Assign
        from general in BeforeAs.Application
        select new SpecialisationSyntax(name, general, attributes, doc ?? innerDoc, First(attributes, word).To(general.Span));

    private static readonly Parser<DeclarationSyntax> Const =
        from doc in Doc
        from word in ConstWord
        from name in Identifier
        from assign in Assign
        from value in Expression
        select new ConstSyntax(name, value, doc, word.To(value.Span));

    private static readonly Parser<Bracketed<Name>> FnParameters =
        ListOf(TokenKind.OpenParenthesis, Identifier, TokenKind.CloseParenthesis);

    private static readonly Parser<DeclarationSyntax> Fn =
        from doc in Doc
        from word in FnWord
        from name in Identifier
        from parameters in FnParameters
        from assign in Assign
        from body in Expression
        select new FnSyntax(name, parameters.Items, body, doc, word.To(body.Span));

    private static readonly Parser<DeclarationSyntax> Nothing = Expected<DeclarationSyntax>("'layer', 'model', 'fn' or 'const'");

    public static readonly Parser<DeclarationSyntax> Declaration = Choose(input => input.Kind switch
    {
        TokenKind.Layer => Layer,
        TokenKind.Model or TokenKind.At => IsSpecialisation(input) ? Specialisation : Layer,
        TokenKind.Const => Const,
        TokenKind.Fn => Fn,
        _ => Nothing,
    });

    public static readonly Parser<DottedName> Namespace =
        from word in Token(TokenKind.Namespace)
        from name in DottedPath
        select name;

    private static bool IsSpecialisation(TokenInput input)
    {
        int keyword = Landmarks.AfterAttributes(input.Tokens, input.Position);
        return input.Tokens.KindAt(keyword) == TokenKind.Model && input.Tokens.KindAt(keyword + 2) == TokenKind.Assign;
    }

    private static SourceSpan First(ImmutableArray<AttributeSyntax> attributes, SourceSpan word) =>
        attributes.Length > 0 ? attributes[0].Span : word;
}
