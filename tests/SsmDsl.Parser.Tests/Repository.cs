namespace SsmDsl.Parser.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string[] Vectors => Directory.GetFiles(Path.Combine(Root, "tests", "Vectors"), "*.ssm");

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SsmDsl.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("no SsmDsl.sln above the tests");
    }
}
