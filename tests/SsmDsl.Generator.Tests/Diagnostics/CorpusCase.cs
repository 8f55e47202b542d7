using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Diagnostics;

/// <summary>
/// One small project of tests/Diagnostics: the part of a file under a line <c>//// its name</c>, with further files of the
/// project after lines <c>// --- name.ssm</c>. Line numbers stay those of the file.
/// </summary>
internal sealed record CorpusCase(string Name, IReadOnlyList<SourceFile> Files)
{
    private const string CaseMark = "//// ", FileMark = "// --- ";

    public string FullName => $"{Files[0].Path}: {Name}";

    public static IEnumerable<CorpusCase> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        int start = Array.FindIndex(lines, l => l.StartsWith(CaseMark, StringComparison.Ordinal));
        while (start >= 0 && start < lines.Length)
        {
            int end = Array.FindIndex(lines, start + 1, l => l.StartsWith(CaseMark, StringComparison.Ordinal));
            if (end < 0) end = lines.Length;
            yield return new CorpusCase(lines[start][CaseMark.Length..], [.. FilesOf(Path.GetFileName(path), lines, start, end)]);
            start = end;
        }
    }

    private static IEnumerable<SourceFile> FilesOf(string name, string[] lines, int start, int end)
    {
        while (start < end)
        {
            int next = Array.FindIndex(lines, start + 1, end - start - 1, l => l.StartsWith(FileMark, StringComparison.Ordinal));
            if (next < 0) next = end;
            yield return new SourceFile(name, new string('\n', start + 1) + string.Join('\n', lines[(start + 1)..next]) + "\n");
            if (next < end) name = lines[next][FileMark.Length..];
            start = next;
        }
    }
}
