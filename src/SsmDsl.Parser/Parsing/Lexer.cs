using System.Collections.Immutable;
using System.Globalization;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <summary>The token pass: text to tokens, in one walk. Text that is no token becomes a bad token, so nothing fails here.</summary>
internal sealed class Lexer
{
    private readonly SourceFile file;
    private readonly string text;
    private readonly WordTable words;
    private readonly ImmutableArray<Token>.Builder tokens;
    private readonly Dictionary<int, string> docs = [];
    private readonly Dictionary<int, string> problems = [];
    private int position;
    private bool newline = true;

    private Lexer(SourceFile file)
    {
        this.file = file;
        text = file.Text;
        words = new WordTable(text);
        tokens = ImmutableArray.CreateBuilder<Token>((text.Length / 4) + 1);
    }

    public static TokenStream Scan(SourceFile file)
    {
        var lexer = new Lexer(file);
        while (lexer.SkipTrivia()) lexer.ScanToken();
        lexer.Add(TokenKind.EndOfFile, lexer.text.Length);
        ImmutableArray<int> partners = BracketPass.Match(lexer.tokens);
        return new TokenStream(file, lexer.tokens.ToImmutable(), lexer.docs, lexer.problems, partners);
    }

    private char At(int offset) => offset < text.Length ? text[offset] : '\0';

    private void Add(TokenKind kind, int end, string? word = null)
    {
        tokens.Add(new Token(kind, position, end, newline, word));
        position = end;
        newline = false;
    }

    private void AddBad(int end, string problem)
    {
        problems[tokens.Count] = problem;
        Add(TokenKind.Bad, end);
    }

    /// <summary>Skips white space and comments; false at the end of the text.</summary>
    private bool SkipTrivia()
    {
        for (; position < text.Length; position++)
        {
            char c = text[position];
            if (c is '\n' or '\r') newline = true;
            else if (c == '/' && At(position + 1) == '/') SkipLineComment();
            else if (c == '/' && At(position + 1) == '*')
            {
                if (!SkipBlockComment()) return true;
            }
            else if (!char.IsWhiteSpace(c) && !(c == '\uFEFF' && position == 0)) return true;
        }
        return false;
    }

    /// <summary>Stops at the last character of the comment. <c>///</c> documents the next token, <c>////</c> does not.</summary>
    private void SkipLineComment()
    {
        int end = text.IndexOfAny(['\n', '\r'], position);
        if (end < 0) end = text.Length;
        if (At(position + 2) == '/' && At(position + 3) != '/')
        {
            string line = text.Substring(position + 3, end - position - 3).TrimEnd();
            if (line.StartsWith(" ", StringComparison.Ordinal)) line = line.Substring(1);
            docs[tokens.Count] = docs.TryGetValue(tokens.Count, out string? before) ? before + "\n" + line : line;
        }
        position = end - 1;
    }

    private bool SkipBlockComment()
    {
        int end = text.IndexOf("*/", position + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            int start = position;
            AddBad(start + 2, "comment without an end; expected '*/'");
            position = text.Length;
            return false;
        }
        newline |= text.IndexOfAny(['\n', '\r'], position, end - position) >= 0;
        position = end + 1;
        return true;
    }

    private void ScanToken()
    {
        if (position >= text.Length) return;
        char c = text[position];
        if (IsIdentifierStart(c)) ScanWord();
        else if (IsDigit(c)) ScanNumber();
        else if (c == '"') ScanString();
        else ScanSign();
    }

    private void ScanWord()
    {
        int end = position + 1;
        while (end < text.Length && IsIdentifierPart(text[end])) end++;
        WordTable.Word word = words.At(position, end - position);
        Add(word.Kind, end, word.Canonical);
    }

    private void ScanNumber()
    {
        int end = DigitsFrom(position);
        bool whole = true;
        if (At(end) == '.' && IsDigit(At(end + 1)))
        {
            end = DigitsFrom(end + 1);
            whole = false;
        }
        int exponent = end + (At(end + 1) is '+' or '-' ? 2 : 1);
        if (At(end) is 'e' or 'E' && IsDigit(At(exponent)))
        {
            end = DigitsFrom(exponent);
            whole = false;
        }
        double value = ValueOf(text.Substring(position, end - position));
        if (At(end) == 'i' && !IsIdentifierPart(At(end + 1)))
        {
            end++;
            whole = false;
        }
        if (IsIdentifierPart(At(end))) AddBad(WordEnd(end), "unexpected letters after a number; write '*' between a number and a name");
        else if (double.IsInfinity(value)) AddBad(end, "number too large; a real has 64 bits");
        else if (whole && value > int.MaxValue) AddBad(end, "number too large; an int has 32 bits, write it with '.0' for a real");
        else Add(TokenKind.Number, end);
    }

    /// <summary>The value of digits with an optional fraction and exponent; infinite if it is too large.</summary>
    public static double ValueOf(string digits) =>
        double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.PositiveInfinity;

    private int DigitsFrom(int start)
    {
        while (IsDigit(At(start))) start++;
        return start;
    }

    private int WordEnd(int start)
    {
        while (IsIdentifierPart(At(start))) start++;
        return start;
    }

    private void ScanString()
    {
        int end = text.IndexOfAny(['"', '\n', '\r'], position + 1);
        if (end < 0 || text[end] != '"') AddBad(end < 0 ? text.Length : end, "name in quotes without an end; expected '\"'");
        else if (end == position + 1) AddBad(end + 1, "unexpected empty name; expected a name between the quotes");
        else Add(TokenKind.String, end + 1);
    }

    private void ScanSign()
    {
        foreach ((string sign, TokenKind kind) in Vocabulary.Signs)
        {
            if (!StartsWith(sign)) continue;
            Add(kind, position + sign.Length);
            return;
        }
        foreach ((string sign, string advice) in Vocabulary.ForeignSigns)
        {
            if (!StartsWith(sign)) continue;
            AddBad(position + sign.Length, $"unexpected '{sign}'; {advice}");
            return;
        }
        int length = char.IsSurrogatePair(text, position) ? 2 : 1;
        AddBad(position + length, $"unexpected character {DescribeCharacter(length)}");
    }

    private string DescribeCharacter(int length)
    {
        string shown = text.Substring(position, length);
        string code = "U+" + (length == 2 ? char.ConvertToUtf32(shown, 0) : shown[0]).ToString("X4", CultureInfo.InvariantCulture);
        return shown[0] switch
        {
            '\uFFFD' => $"{code}: the file seems not to be encoded in UTF-8",
            _ when char.IsControl(shown[0]) || (length == 1 && char.IsSurrogate(shown[0])) => code,
            _ => $"'{shown}' ({code})",
        };
    }

    private bool StartsWith(string sign) =>
        text[position] == sign[0] && (sign.Length == 1 || At(position + 1) == sign[1]);

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private static bool IsIdentifierStart(char c) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' || (c >= 0x80 && IsLetter(c));

    private static bool IsIdentifierPart(char c) =>
        IsIdentifierStart(c) || IsDigit(c) || (c >= 0x80 && CharUnicodeInfo.GetUnicodeCategory(c)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation or UnicodeCategory.Format);

    private static bool IsLetter(char c) => char.IsLetter(c) || char.GetUnicodeCategory(c) == UnicodeCategory.LetterNumber;
}
