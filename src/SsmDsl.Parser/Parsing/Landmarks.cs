namespace SsmDsl.Parsing;

/// <summary>Where a statement or a declaration surely starts or ends: where reading goes on after an error.</summary>
internal static class Landmarks
{
    /// <summary>The first token after the attributes that start at <paramref name="index"/>.</summary>
    public static int AfterAttributes(TokenStream tokens, int index)
    {
        while (tokens.KindAt(index) == TokenKind.At)
        {
            index += 2;
            if (tokens.KindAt(index) == TokenKind.OpenParenthesis && tokens.Partners[index] > index) index = tokens.Partners[index] + 1;
        }
        return Math.Min(index, tokens.End);
    }

    /// <summary>A line that starts a declaration, be it inside of braces that nobody closed.</summary>
    public static bool StartsDeclaration(TokenStream tokens, int index)
    {
        if (!tokens[index].StartsLine) return false;
        TokenKind kind = tokens.KindAt(AfterAttributes(tokens, index));
        return kind is TokenKind.Const or TokenKind.Fn or TokenKind.Layer or TokenKind.Model or TokenKind.Namespace
            && tokens.KindAt(index + 1) != TokenKind.Assign;
    }

    /// <summary>A line that can be nothing but the start of a statement.</summary>
    public static bool StartsStatement(TokenStream tokens, int index)
    {
        if (!tokens[index].StartsLine) return false;
        switch (tokens.KindAt(index))
        {
            case TokenKind.At or (>= TokenKind.Param and <= TokenKind.Repeat):
                return true;

            case TokenKind.Identifier or TokenKind.ReductionWord when tokens.KindAt(index + 1) == TokenKind.OpenBracket:
                return AssignFollows(tokens, index + 1);

            case TokenKind.Identifier or TokenKind.ReductionWord:
                return tokens.KindAt(index + 1) == TokenKind.Assign;

            case TokenKind.OpenParenthesis:
                return AssignFollows(tokens, index);

            default:
                return false;
        }
    }

    /// <summary>An assignment after the brackets that open here; if they are not closed, anywhere on the line.</summary>
    private static bool AssignFollows(TokenStream tokens, int open)
    {
        if (tokens.Partners[open] > open) return tokens.KindAt(tokens.Partners[open] + 1) == TokenKind.Assign;
        for (int i = open + 1; i < tokens.End && !tokens[i].StartsLine; i++)
        {
            if (tokens.KindAt(i) == TokenKind.Assign) return true;
        }
        return false;
    }

    /// <summary>
    /// The next statement of the block after <paramref name="index"/>, the brace that closes the block, a declaration, or the
    /// end of the file.
    /// </summary>
    public static int NextStatement(TokenStream tokens, int index)
    {
        int i = index + 1;
        while (i < tokens.End)
        {
            TokenKind kind = tokens.KindAt(i);
            if (kind is TokenKind.CloseBrace or TokenKind.Semicolon || StartsStatement(tokens, i) || StartsDeclaration(tokens, i)) return i;
            i = kind == TokenKind.OpenBrace && tokens.Partners[i] > i ? tokens.Partners[i] + 1 : i + 1;
        }
        return tokens.End;
    }

    public static int NextDeclaration(TokenStream tokens, int index)
    {
        int i = index + 1;
        while (i < tokens.End && !StartsDeclaration(tokens, i)) i++;
        return Math.Min(i, tokens.End);
    }

    /// <summary>The first <c>{</c> from <paramref name="index"/> on and before <paramref name="end"/>, or -1.</summary>
    public static int OpenBrace(TokenStream tokens, int index, int end)
    {
        for (int i = index; i < end; i++)
        {
            if (tokens.KindAt(i) is TokenKind.OpenBrace) return i;
        }
        return -1;
    }
}
