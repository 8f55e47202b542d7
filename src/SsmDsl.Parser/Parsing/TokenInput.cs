using Sprache;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <summary>
/// A place in a token stream, as Sprache reads it: one character a token, its kind. There is one object per place, so
/// that a parser advances without allocating.
/// </summary>
internal sealed class TokenInput : IInput
{
    private readonly TokenInput[] places;

    private TokenInput(TokenStream tokens, TokenInput[] places, ParseAttempt attempt, int position)
    {
        Tokens = tokens;
        this.places = places;
        Attempt = attempt;
        Position = position;
    }

    public static TokenInput[] Over(TokenStream tokens)
    {
        var places = new TokenInput[tokens.End + 1];
        var attempt = new ParseAttempt(tokens);
        for (int i = 0; i < places.Length; i++) places[i] = new TokenInput(tokens, places, attempt, i);
        return places;
    }

    public TokenStream Tokens { get; }

    /// <summary>What was expected where, shared by all places.</summary>
    public ParseAttempt Attempt { get; }

    public int Position { get; }

    public TokenKind Kind => Tokens[Position].Kind;

    public SourceSpan Span => Tokens.SpanOf(Position);

    /// <summary>The place after this token; the end of the file is never passed.</summary>
    public TokenInput Next => places[Math.Min(Position + 1, Tokens.End)];

    /// <summary>The kind is <paramref name="kind"/>, on the same line as the token before.</summary>
    public bool FollowsOnLine(TokenKind kind) => Kind == kind && !Tokens[Position].StartsLine;

    public IResult<T> Fail<T>(string expected)
    {
        Attempt.Expect(Position, expected);
        return Result.Failure<T>(this, "", []);
    }

    /// <summary>Fails with a message of its own instead of "unexpected …; expected …".</summary>
    public IResult<T> Reject<T>(string message)
    {
        Attempt.Reject(Position, message);
        return Result.Failure<T>(this, "", []);
    }

    // Sprache's view
    string IInput.Source => Tokens.File.Text;
    char IInput.Current => (char)Kind;
    bool IInput.AtEnd => Position == Tokens.End;
    int IInput.Line => Span.StartPosition.Line;
    int IInput.Column => Span.StartPosition.Column;
    IDictionary<object, object> IInput.Memos => Attempt.Memos;
    IInput IInput.Advance() => Next;
    public bool Equals(IInput other) => ReferenceEquals(this, other);
}

/// <summary>The farthest place that the grammar has reached, and all that it expected there.</summary>
internal sealed class ParseAttempt(TokenStream tokens)
{
    private readonly List<string> expected = [];
    private string? rejection;
    private int farthest = -1;

    public Dictionary<object, object> Memos { get; } = [];

    /// <summary>How many rules that contain themselves are being read.</summary>
    public int Depth { get; set; }

    public int Farthest => farthest;

    public void Restart()
    {
        farthest = -1;
        Depth = 0;
    }

    public void Expect(int position, string what)
    {
        if (!Reaches(position)) return;
        if (!expected.Contains(what)) expected.Add(what);
    }

    public void Reject(int position, string message)
    {
        if (Reaches(position)) rejection ??= message;
    }

    /// <summary>The error at the farthest place.</summary>
    public Diagnostic ToDiagnostic()
    {
        TokenKind kind = tokens[farthest].Kind;
        string message = rejection
            ?? (tokens.Problems.TryGetValue(farthest, out string? problem) ? problem : null)
            ?? (kind == TokenKind.TooDeep ? TooDeep : null)
            ?? $"unexpected {Unexpected(farthest)}; expected {JoinWords(expected)}{Advice(farthest, kind)}";
        return new Diagnostic(DiagnosticCodes.UnexpectedText, tokens.SpanOf(farthest), message);
    }

    public static string TooDeep { get; } = $"nested more than {BracketPass.DeepestNesting} levels deep; expected simpler text, with names for its parts";

    private bool Reaches(int position)
    {
        if (position < farthest) return false;
        if (position == farthest) return true;
        farthest = position;
        expected.Clear();
        rejection = null;
        return true;
    }

    private string Unexpected(int index)
    {
        TokenKind kind = tokens.KindAt(index);
        return kind switch
        {
            TokenKind.EndOfFile => "end of the file",
            TokenKind.Identifier or TokenKind.ReductionWord => $"name '{tokens.TextOf(index)}'",
            TokenKind.Number => $"number '{tokens.TextOf(index)}'",
            TokenKind.String => $"text {tokens.TextOf(index)}",
            _ when Vocabulary.IsKeyword(kind) => $"keyword '{tokens.TextOf(index)}'",
            _ => $"'{tokens.TextOf(index)}'",
        };
    }

    private string Advice(int index, TokenKind kind)
    {
        bool startsLine = tokens[index].StartsLine;
        if (Vocabulary.IsKeyword(kind) && expected.Contains("a name"))
            return $"; '{tokens.TextOf(index)}' is a keyword and cannot be a name";
        if (kind == TokenKind.OpenBracket && startsLine) return "; the '[' of an index stands on the same line as what it follows";
        if (kind == TokenKind.OpenParenthesis && startsLine) return "; the '(' of a call stands on the same line as what it follows";
        if (kind == TokenKind.OpenBracket && index > 0 && tokens.KindAt(index - 1) is TokenKind.CloseParenthesis or TokenKind.CloseBracket)
            return "; to index a result, bind it to a name first";
        if (kind is TokenKind.If or TokenKind.Not && expected.Contains("an expression")) return $"; put '{tokens.TextOf(index)} …' in parentheses here";
        return "";
    }

    private static string JoinWords(IReadOnlyList<string> words) => words.Count switch
    {
        0 => "something else",
        1 => words[0],
        _ => string.Join(", ", words.Take(words.Count - 1)) + " or " + words[words.Count - 1],
    };
}
