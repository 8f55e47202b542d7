using System.Text;

namespace SsmDsl.Emit;

/// <summary>C# text under construction: lines, indented by open braces, always ended by '\n'.</summary>
public sealed class TextBlock
{
    // Loops nest deeply; what is seen of a line counts more than how far in it stands.
    private const int Indent = 2;

    // Declarations of one type share lines of about so many characters.
    private const int Wide = 120;

    private readonly StringBuilder text = new();
    private int depth, lines;

    /// <summary>Adds lines; an empty one separates members.</summary>
    public TextBlock Line(string line = "")
    {
        for (int start = 0, end; start <= line.Length; start = end + 1)
        {
            end = line.IndexOf('\n', start);
            if (end < 0) end = line.Length;
            if (end > start) text.Append(' ', Indent * depth).Append(line, start, end - start);
            text.Append('\n');
            lines++;
        }

        return this;
    }

    public TextBlock Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines) Line(line);
        return this;
    }

    /// <summary>Variables with their values, those of one type in a row together.</summary>
    public TextBlock Declare(IEnumerable<(string Type, string Name, string Value)> variables)
    {
        (string Type, string Text)? open = null;
        foreach ((string type, string name, string value) in variables)
        {
            string next = $"{name} = {value}";
            if (open is { } line && line.Type == type && line.Text.Length + next.Length < Wide)
            {
                open = (type, $"{line.Text}, {next}");
                continue;
            }

            Close();
            open = (type, $"{type} {next}");
        }

        Close();
        return this;

        void Close()
        {
            if (open is { } line) Line(line.Text + ";");
        }
    }

    /// <summary>What <paramref name="body"/> adds below a header: in braces, but for a single line.</summary>
    /// <param name="isStatement">It adds a statement that declares nothing, and what comes before that.</param>
    public TextBlock Nested(string header, bool isStatement, Action body)
    {
        Line(header);
        int brace = text.Length;
        Line("{");
        (int inside, int before) = (text.Length, lines);
        depth++;
        body();
        depth--;
        if (!isStatement || lines - before != 1) return Line("}");
        text.Remove(brace, inside - brace);
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
