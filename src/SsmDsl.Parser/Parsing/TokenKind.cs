namespace SsmDsl.Parsing;

/// <summary>What a token is. The grammar reads a text as the sequence of these kinds, one character each.</summary>
internal enum TokenKind : ushort
{
    EndOfFile,

    /// <summary>Text that is no token of the language, or a number out of range; the stream says why.</summary>
    Bad,

    /// <summary>An opening bracket below the deepest level that is read.</summary>
    TooDeep,

    Identifier,

    /// <summary>An identifier that reduces when brackets or parentheses follow: <c>sum</c>, <c>softmax</c>.</summary>
    ReductionWord,
    Underscore,
    Number,
    String,

    // Keywords
    Namespace,
    Const,
    Fn,
    Layer,
    Model,
    Param,
    Let,
    Target,
    Loss,
    Metric,
    Repeat,
    As,
    If,
    Then,
    Else,
    And,
    Or,
    Not,
    True,
    False,
    Div,
    Mod,

    // Punctuation
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Slice,
    At,
    Bar,
    Pipe,
    Arrow,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Caret,
}
