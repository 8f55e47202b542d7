namespace SsmDsl.Text;

/// <summary>One <c>.ssm</c> file: its path as it was given, and its text.</summary>
public sealed class SourceFile(string path, string text, bool isLibrary = false)
{
    private int[]? lineStarts;

    public string Path { get; } = path;

    public string Text { get; } = text;

    /// <summary>True for files of the standard library, which see only each other.</summary>
    public bool IsLibrary { get; } = isLibrary;

    /// <summary>Line and column of an offset, both from 1, the column in UTF-16 units.</summary>
    public LinePosition PositionAt(int offset)
    {
        int[] starts = lineStarts ??= FindLineStarts(Text);
        int line = Array.BinarySearch(starts, offset);
        if (line < 0) line = ~line - 1;
        return new LinePosition(line + 1, offset - starts[line] + 1);
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n') continue;
            if (text[i] is '\n' or '\r') starts.Add(i + 1);
        }
        return [.. starts];
    }
}

/// <summary>A place in a text; line and column count from 1.</summary>
public readonly record struct LinePosition(int Line, int Column);
