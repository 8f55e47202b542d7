using SsmDsl.Syntax;

namespace SsmDsl.Parsing;

/// <summary>The operators between operands, and how strongly they bind.</summary>
internal static class Operators
{
    public const int Or = 1;
    public const int And = 2;

    /// <summary>A prefix; its operand may hold comparisons and what binds stronger.</summary>
    public const int Not = 3;
    public const int Comparison = 4;
    public const int Additive = 5;
    public const int Multiplicative = 6;

    /// <summary>The level of an operator between two operands; 0 if the token is none.</summary>
    public static int LevelOf(TokenKind kind) => kind switch
    {
        TokenKind.Or => Or,
        TokenKind.And => And,
        >= TokenKind.Equal and <= TokenKind.GreaterOrEqual => Comparison,
        TokenKind.Plus or TokenKind.Minus => Additive,
        TokenKind.Star or TokenKind.Slash or TokenKind.Div or TokenKind.Mod => Multiplicative,
        _ => 0,
    };

    public static BinaryOperator Of(TokenKind kind) => kind switch
    {
        TokenKind.Star => BinaryOperator.Multiply,
        TokenKind.Slash => BinaryOperator.Divide,
        TokenKind.Div => BinaryOperator.Div,
        TokenKind.Mod => BinaryOperator.Mod,
        TokenKind.Plus => BinaryOperator.Add,
        TokenKind.Minus => BinaryOperator.Subtract,
        TokenKind.Caret => BinaryOperator.Power,
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.And => BinaryOperator.And,
        TokenKind.Or => BinaryOperator.Or,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an operator"),
    };
}
