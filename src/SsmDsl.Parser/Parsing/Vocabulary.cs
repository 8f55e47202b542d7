namespace SsmDsl.Parsing;

/// <summary>The words and signs of the language.</summary>
internal static class Vocabulary
{
    /// <summary>Keywords are no names.</summary>
    public static readonly IReadOnlyDictionary<string, TokenKind> Keywords = new Dictionary<string, TokenKind>
    {
        ["namespace"] = TokenKind.Namespace,
        ["const"] = TokenKind.Const,
        ["fn"] = TokenKind.Fn,
        ["layer"] = TokenKind.Layer,
        ["model"] = TokenKind.Model,
        ["param"] = TokenKind.Param,
        ["let"] = TokenKind.Let,
        ["target"] = TokenKind.Target,
        ["loss"] = TokenKind.Loss,
        ["metric"] = TokenKind.Metric,
        ["repeat"] = TokenKind.Repeat,
        ["as"] = TokenKind.As,
        ["if"] = TokenKind.If,
        ["then"] = TokenKind.Then,
        ["else"] = TokenKind.Else,
        ["and"] = TokenKind.And,
        ["or"] = TokenKind.Or,
        ["not"] = TokenKind.Not,
        ["true"] = TokenKind.True,
        ["false"] = TokenKind.False,
        ["div"] = TokenKind.Div,
        ["mod"] = TokenKind.Mod,
    };

    public static readonly IReadOnlyCollection<string> ReductionWords = new HashSet<string>
    {
        "sum", "mean", "max", "min", "prod", "logsumexp", "argmax", "argmin", "softmax",
    };

    private static readonly Dictionary<string, TokenKind> Words = Keywords
        .Concat(ReductionWords.Select(word => new KeyValuePair<string, TokenKind>(word, TokenKind.ReductionWord)))
        .Append(new("_", TokenKind.Underscore))
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>Signs of two characters stand before those that they start with.</summary>
    public static readonly (string Text, TokenKind Kind)[] Signs =
    [
        ("..", TokenKind.Slice),
        ("|>", TokenKind.Pipe),
        ("->", TokenKind.Arrow),
        ("==", TokenKind.Equal),
        ("!=", TokenKind.NotEqual),
        ("<=", TokenKind.LessOrEqual),
        (">=", TokenKind.GreaterOrEqual),
        ("(", TokenKind.OpenParenthesis),
        (")", TokenKind.CloseParenthesis),
        ("[", TokenKind.OpenBracket),
        ("]", TokenKind.CloseBracket),
        ("{", TokenKind.OpenBrace),
        ("}", TokenKind.CloseBrace),
        (",", TokenKind.Comma),
        (":", TokenKind.Colon),
        (";", TokenKind.Semicolon),
        (".", TokenKind.Dot),
        ("@", TokenKind.At),
        ("|", TokenKind.Bar),
        ("=", TokenKind.Assign),
        ("<", TokenKind.Less),
        (">", TokenKind.Greater),
        ("+", TokenKind.Plus),
        ("-", TokenKind.Minus),
        ("*", TokenKind.Star),
        ("/", TokenKind.Slash),
        ("^", TokenKind.Caret),
    ];

    /// <summary>Signs of other languages, and what to write here.</summary>
    public static readonly (string Text, string Advice)[] ForeignSigns =
    [
        ("&&", "write 'and'"),
        ("||", "write 'or'"),
        ("!", "write 'not'"),
        ("%", "write 'mod'"),
        ("#", "comments start with '//'"),
    ];

    private static readonly Dictionary<TokenKind, string> Spellings = Signs
        .Select(sign => (sign.Text, sign.Kind))
        .Concat(Keywords.Select(pair => (Text: pair.Key, Kind: pair.Value)))
        .ToDictionary(pair => pair.Kind, pair => $"'{pair.Text}'");

    public static TokenKind KindOfWord(string word) =>
        Words.TryGetValue(word, out TokenKind kind) ? kind : TokenKind.Identifier;

    public static bool IsKeyword(TokenKind kind) => kind is >= TokenKind.Namespace and <= TokenKind.Mod;

    public static bool IsName(TokenKind kind) => kind is TokenKind.Identifier or TokenKind.ReductionWord;

    /// <summary>The kind as it is named in "expected …".</summary>
    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.EndOfFile => "the end of the file",
        TokenKind.Number => "a number",
        TokenKind.String => "a name in double quotes",
        TokenKind.Identifier or TokenKind.ReductionWord => "a name",
        _ => Spellings.TryGetValue(kind, out string? spelling) ? spelling : kind.ToString(),
    };
}
