using System.Text;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Parsing;

/// <param name="Problem">SSM0001 where the bytes are no UTF-8 text; then <paramref name="File"/> only serves to show the place.</param>
public sealed record DecodedText(SourceFile File, Diagnostic? Problem);

/// <summary>Bytes to text: UTF-8, with or without a byte order mark.</summary>
public static class SourceText
{
    private static readonly (byte[] Mark, string Name)[] ForeignMarks =
    [
        ([0xFF, 0xFE, 0, 0], "UTF-32"),
        ([0, 0, 0xFE, 0xFF], "UTF-32"),
        ([0xFF, 0xFE], "UTF-16"),
        ([0xFE, 0xFF], "UTF-16"),
    ];

    public static DecodedText Decode(byte[] bytes, string path, bool isLibrary = false)
    {
        foreach ((byte[] mark, string name) in ForeignMarks)
        {
            if (!StartsWith(bytes, mark)) continue;
            var unread = new SourceFile(path, "", isLibrary);
            return new DecodedText(unread, Problem(unread, 0, 0, $"unexpected text in {name}; expected a file in UTF-8"));
        }
        int start = StartsWith(bytes, [0xEF, 0xBB, 0xBF]) ? 3 : 0;
        int invalid = FindInvalid(bytes, start);
        if (invalid < 0)
        {
            var file = new SourceFile(path, Encoding.UTF8.GetString(bytes, start, bytes.Length - start), isLibrary);
            return new DecodedText(file, FindNul(file));
        }
        string before = Encoding.UTF8.GetString(bytes, start, invalid - start);
        var partial = new SourceFile(path, before + "\uFFFD", isLibrary);
        return new DecodedText(partial, Problem(
            partial, before.Length, before.Length + 1, $"unexpected byte 0x{bytes[invalid]:X2}, no UTF-8; expected a file in UTF-8"));
    }

    /// <summary>SSM0001 at the first NUL character: such a file is binary, or UTF-16 without a mark.</summary>
    internal static Diagnostic? FindNul(SourceFile file)
    {
        int nul = file.Text.IndexOf('\0');
        return nul < 0 ? null : Problem(
            file, nul, nul + 1, "unexpected character NUL (U+0000), so this is no text or not UTF-8; expected a file in UTF-8");
    }

    /// <summary>SSM0001 at the first character that a decoder puts in place of bytes that are no UTF-8.</summary>
    internal static Diagnostic? FindUndecoded(SourceFile file)
    {
        int replaced = file.Text.IndexOf('\uFFFD');
        return replaced < 0 ? null : Problem(
            file, replaced, replaced + 1, "unexpected character U+FFFD, which stands for bytes that are no UTF-8; expected a file in UTF-8");
    }

    private static Diagnostic Problem(SourceFile file, int start, int end, string message) =>
        new(DiagnosticCodes.UnexpectedText, new SourceSpan(file, start, end), message);

    private static bool StartsWith(byte[] bytes, byte[] mark) =>
        bytes.Length >= mark.Length && mark.Select((b, i) => bytes[i] == b).All(same => same);

    /// <summary>The first byte that starts no well-formed sequence (Unicode, table 3-7), or -1.</summary>
    private static int FindInvalid(byte[] bytes, int start)
    {
        for (int i = start; i < bytes.Length;)
        {
            int length = SequenceLength(bytes, i);
            if (length == 0) return i;
            i += length;
        }
        return -1;
    }

    private static int SequenceLength(byte[] bytes, int i)
    {
        (int length, int low, int high) = bytes[i] switch
        {
            < 0x80 => (1, 0x80, 0xBF),
            >= 0xC2 and <= 0xDF => (2, 0x80, 0xBF),
            0xE0 => (3, 0xA0, 0xBF),
            0xED => (3, 0x80, 0x9F),
            >= 0xE1 and <= 0xEF => (3, 0x80, 0xBF),
            0xF0 => (4, 0x90, 0xBF),
            >= 0xF1 and <= 0xF3 => (4, 0x80, 0xBF),
            0xF4 => (4, 0x80, 0x8F),
            _ => (0, 0, 0),
        };
        if (i + length > bytes.Length) return 0;
        if (length > 1 && (bytes[i + 1] < low || bytes[i + 1] > high)) return 0;
        for (int k = 2; k < length; k++)
        {
            if ((bytes[i + k] & 0xC0) != 0x80) return 0;
        }
        return length;
    }
}
