namespace SsmDsl.Emit;

/// <summary>XML documentation comments.</summary>
public static class XmlDoc
{
    public static string Escape(string text) => new string([.. text.Where(IsXml)])
        .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>Lines of a <c>summary</c>: the source's documentation, or a text of ours (already XML) if it has none.</summary>
    public static IEnumerable<string> Summary(string? doc, string otherwise) => doc is { Length: > 0 }
        ? Element("summary", Escape(doc))
        : Element("summary", otherwise);

    /// <summary>An element around XML text of one or more lines.</summary>
    public static IEnumerable<string> Element(string name, string xml)
    {
        string[] lines = xml.Replace("\r", "").Trim('\n').Split('\n');
        if (lines.Length == 1) return [$"/// <{name}>{lines[0].Trim()}</{name}>"];
        return [$"/// <{name}>", .. lines.Select(l => ("/// " + l).TrimEnd()), $"/// </{name.Split(' ')[0]}>"];
    }

    private static bool IsXml(char c) => c is '\t' or '\n' or '\r' or >= ' ' and not ('\uFFFE' or '\uFFFF');
}
