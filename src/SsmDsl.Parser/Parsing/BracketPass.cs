using System.Collections.Immutable;

namespace SsmDsl.Parsing;

/// <summary>Pairs brackets and limits their nesting, so that nothing after it can run out of stack.</summary>
internal static class BracketPass
{
    public const int DeepestNesting = 256;

    /// <summary>The partner of every bracket, -1 for all else. Opening brackets that are too deep change their kind.</summary>
    public static ImmutableArray<int> Match(ImmutableArray<Token>.Builder tokens)
    {
        int[] partners = new int[tokens.Count];
        var open = new Stack<int>();
        int braces = 0;
        for (int i = 0; i < partners.Length; i++)
        {
            partners[i] = -1;
            TokenKind kind = tokens[i].Kind;
            switch (kind)
            {
                case TokenKind.OpenParenthesis or TokenKind.OpenBracket or TokenKind.OpenBrace:
                    open.Push(i);
                    if (kind == TokenKind.OpenBrace) braces++;
                    break;

                case TokenKind.CloseParenthesis or TokenKind.CloseBracket:
                    if (open.Count > 0 && Closes(tokens[open.Peek()].Kind, kind)) Pair(open.Pop(), i);
                    break;

                case TokenKind.CloseBrace when braces > 0:
                    CloseUpToBrace();
                    Pair(open.Pop(), i);
                    braces--;
                    break;

                // Inside a body these stand in no bracket: one was left open, and must not swallow the rest.
                case TokenKind.Assign or (>= TokenKind.Param and <= TokenKind.Repeat) when braces > 0:
                    CloseUpToBrace();
                    break;
            }
        }
        LimitDepth(tokens, partners);
        return [.. partners];

        void Pair(int first, int second)
        {
            partners[first] = second;
            partners[second] = first;
        }

        void CloseUpToBrace()
        {
            while (tokens[open.Peek()].Kind != TokenKind.OpenBrace) open.Pop();
        }
    }

    private static void LimitDepth(ImmutableArray<Token>.Builder tokens, int[] partners)
    {
        int depth = 0;
        for (int i = 0; i < partners.Length; i++)
        {
            if (partners[i] >= 0 && partners[i] < i) depth--;
            if (partners[i] > i && ++depth > DeepestNesting) tokens[i] = tokens[i] with { Kind = TokenKind.TooDeep };
        }
    }

    private static bool Closes(TokenKind open, TokenKind close) =>
        open == TokenKind.OpenParenthesis ? close == TokenKind.CloseParenthesis
        : open == TokenKind.OpenBracket && close == TokenKind.CloseBracket;
}
