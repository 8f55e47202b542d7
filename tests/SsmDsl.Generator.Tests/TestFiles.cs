using SsmDsl.Text;

namespace SsmDsl.Generator.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class TestFiles
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> In(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The path from the root of the repository.</summary>
    public static string Name(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static SourceFile Source(string name) => new(name, File.ReadAllText(Path.Combine(Root, name)));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SsmDsl.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("SsmDsl.sln is not above the tests");
    }
}
