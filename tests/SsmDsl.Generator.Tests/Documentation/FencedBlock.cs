using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Documentation;

/// <summary>A fenced block of a Markdown page.</summary>
/// <param name="Info">What stands after the opening fence: <c>ssm</c>, <c>ssm error</c>, <c>text</c>, …</param>
/// <param name="Line">The line of the opening fence, from 1.</param>
internal sealed record FencedBlock(string Page, string Info, int Line, string Text)
{
    public string Name => $"{Page}({Line})";

    public static IEnumerable<FencedBlock> Read(string page)
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestFiles.Root, page));
        for (int i = 0; i < lines.Length; i++)
        {
            string fence = lines[i].TrimStart();
            if (!fence.StartsWith("```", StringComparison.Ordinal)) continue;
            int indent = lines[i].Length - fence.Length;
            int end = Array.FindIndex(lines, i + 1, l => l.Trim() == "```");
            Assert.True(end > 0, $"{page}({i + 1}): a fence without an end");
            string text = string.Join('\n', lines[(i + 1)..end].Select(l => l.Length >= indent ? l[indent..] : l)) + "\n";
            yield return new FencedBlock(page, fence[3..].Trim(), i + 1, text);
            i = end;
        }
    }

    /// <summary>The block as the file that messages of the page name.</summary>
    public SourceFile Source => new("Example.ssm", Text);
}
