using Sprache;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <summary>The parsers of single tokens. Each says what it expected where it fails.</summary>
internal static class Terminals
{
    public static readonly Parser<Name> Identifier = i =>
    {
        var input = (TokenInput)i;
        return Vocabulary.IsName(input.Kind)
            ? Result.Success(input.Tokens.NameAt(input.Position), input.Next)
            : input.Fail<Name>("a name");
    };

    public static readonly Parser<NumberSyntax> Number = i =>
    {
        var input = (TokenInput)i;
        return input.Kind == TokenKind.Number ? Result.Success(NumberOf(input), input.Next) : input.Fail<NumberSyntax>("a number");
    };

    /// <summary>A text in double quotes, without them.</summary>
    public static readonly Parser<string> QuotedName =
        Token(TokenKind.String).Select(span => span.File.Text.Substring(span.Start + 1, span.Length - 2));

    public static Parser<SourceSpan> Token(TokenKind kind)
    {
        string description = Vocabulary.Describe(kind);
        return i =>
        {
            var input = (TokenInput)i;
            return input.Kind == kind ? Result.Success(input.Span, input.Next) : input.Fail<SourceSpan>(description);
        };
    }

    /// <summary>The text of the <c>///</c> comments in front of the next token; consumes nothing.</summary>
    public static readonly Parser<string?> Doc = i =>
    {
        var input = (TokenInput)i;
        return Result.Success(input.Tokens.DocOf(input.Position), input);
    };

    private static NumberSyntax NumberOf(TokenInput input)
    {
        string text = input.Tokens.TextOf(input.Position);
        bool imaginary = text[text.Length - 1] == 'i';
        string digits = imaginary ? text.Substring(0, text.Length - 1) : text;
        bool whole = !imaginary && digits.All(c => c is >= '0' and <= '9');
        return new NumberSyntax(Lexer.ValueOf(digits), whole, imaginary, input.Span);
    }
}
