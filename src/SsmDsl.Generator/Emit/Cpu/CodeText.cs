using System.Text;

namespace SsmDsl.Emit;

/// <summary>Lines of C# with indentation.</summary>
internal sealed class CodeText(int indent = 0)
{
    private readonly StringBuilder text = new();
    private int indent = indent;

    public void Line(string line = "")
    {
        if (line.Length > 0) text.Append(' ', 4 * indent).Append(line);
        text.Append('\n');
    }

    public void Block(string? head, Action body)
    {
        if (head is not null) Line(head);
        Line("{");
        indent++;
        body();
        indent--;
        Line("}");
    }

    public void Indented(Action body)
    {
        indent++;
        body();
        indent--;
    }

    /// <summary>Comment lines; whatever a reader of C# takes for the end of a line ends one.</summary>
    public void Comment(string comment, string mark = "//")
    {
        foreach (string line in comment.Split('\n', '\r', '\u0085', '\u2028', '\u2029'))
            if (line.Trim() is { Length: > 0 } words) Line($"{mark} {words}");
    }

    public void Append(CodeText other) => text.Append(other.text);

    public override string ToString() => text.ToString();
}
