using System.Collections.Immutable;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <param name="StartsLine">It is the first token of a line.</param>
/// <param name="Word">The text of a word in form C; null for all else.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int End, bool StartsLine, string? Word);

/// <summary>The tokens of a file; the last one is the end of the file.</summary>
/// <param name="Docs">The text of the <c>///</c> comments in front of a token, by its number.</param>
/// <param name="Problems">What is wrong with a bad token, by its number.</param>
/// <param name="Partners">For a bracket the number of the bracket that closes or opens it; -1 for all else.</param>
internal sealed record TokenStream(
    SourceFile File,
    ImmutableArray<Token> Tokens,
    IReadOnlyDictionary<int, string> Docs,
    IReadOnlyDictionary<int, string> Problems,
    ImmutableArray<int> Partners)
{
    public Token this[int index] => Tokens[index];

    public int End => Tokens.Length - 1;

    /// <summary>The kind of a token; beyond the end, the end of the file.</summary>
    public TokenKind KindAt(int index) => Tokens[Math.Min(index, End)].Kind;

    public SourceSpan SpanOf(int index) => new(File, Tokens[index].Start, Tokens[index].End);

    public string? DocOf(int index) => Docs.TryGetValue(index, out string? doc) ? doc : null;

    public string TextOf(int index) => File.Text.Substring(Tokens[index].Start, Tokens[index].End - Tokens[index].Start);

    public Name NameAt(int index) => new(Tokens[index].Word!, SpanOf(index));
}
