using System.Text;
using SsmDsl.Text;

namespace SsmDsl.Cli.Compiling;

/// <summary>The <c>.ssm</c> files that a command line names: files, folders with all below them, <c>-</c> for standard input.</summary>
internal static class SourceReader
{
    private const string StandardInput = "-";

    public static List<SourceFile> Read(IReadOnlyList<string> names)
    {
        var files = new List<SourceFile>();
        foreach (string path in names.SelectMany(Expand).Distinct(StringComparer.Ordinal)) files.Add(new SourceFile(path, Text(path)));
        if (files.Count == 0) throw new RunException($"there is no .ssm file in {string.Join(", ", names)}");
        return files;
    }

    private static IEnumerable<string> Expand(string name)
    {
        if (!Directory.Exists(name)) return [name];
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };
        return Directory.EnumerateFiles(name, "*.ssm", all).Where(f => !IsBuildOutput(name, f)).Order(StringComparer.Ordinal);
    }

    private static bool IsBuildOutput(string root, string file) =>
        Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar) is { Length: > 1 } parts && parts[0] is "bin" or "obj";

    private static string Text(string path)
    {
        try
        {
            // Bytes that are no UTF-8 become U+FFFD, which the parser reports; UTF-16 and UTF-32 are known by their marks.
            using Stream stream = path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
            using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"{path}: {e.Message}", e);
        }
    }
}
