using System.Text;

namespace SsmDsl.Emit;

/// <summary>C# text under construction: lines, indented by open braces, always ended by '\n'.</summary>
public sealed class TextBlock
{
    private readonly StringBuilder text = new();
    private int depth;

    /// <summary>Adds lines; an empty one separates members.</summary>
    public TextBlock Line(string line = "")
    {
        foreach (string part in line.Split('\n'))
        {
            if (part.Length > 0) text.Append(' ', 4 * depth).Append(part);
            text.Append('\n');
        }

        return this;
    }

    public TextBlock Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines) Line(line);
        return this;
    }

    /// <summary>A header, an opening brace, what <paramref name="body"/> adds, a closing brace.</summary>
    public TextBlock Block(string header, Action body, string end = "}")
    {
        Line(header).Line("{");
        depth++;
        body();
        depth--;
        return Line(end);
    }

    /// <inheritdoc cref="Block(string, Action, string)"/>
    public TextBlock Block(string header, Action<TextBlock> body) => Block(header, () => body(this));

    /// <summary>A method whose arithmetic wraps around, whatever the project says: sizes and addresses never do.</summary>
    public TextBlock Unchecked(string header, Action body)
    {
        Line(header).Line("{ unchecked {");
        depth++;
        body();
        depth--;
        return Line("} }");
    }

    /// <summary>Braces around what <paramref name="body"/> adds.</summary>
    public TextBlock Braces(Action body)
    {
        Line("{");
        depth++;
        body();
        depth--;
        return Line("}");
    }

    public override string ToString() => text.ToString();
}
