using Snapshooter;

namespace SsmDsl.Tests.Shared;

/// <summary>
/// Texts that are kept in the repository and compared. The one place that knows which library compares them.
/// <c>SSM_UPDATE_SNAPSHOTS=1</c> writes them anew instead.
/// </summary>
internal static class Snapshot
{
    private const string Folder = "__snapshots__", Update = "SSM_UPDATE_SNAPSHOTS";

    private static bool IsUpdating => Environment.GetEnvironmentVariable(Update) == "1";

    /// <param name="parent">The folder whose snapshots it is one of.</param>
    /// <param name="file">The name of the file in it.</param>
    public static void Match(string parent, string file, string text)
    {
        string path = Path.Combine(parent, Folder, file);
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }

        // The library would write what is missing, and pass.
        Assert.True(File.Exists(path), $"{path} is missing: run the tests once with {Update}=1, and look at what it writes");
        Snapshooter.Xunit.Snapshot.Match(text, new SnapshotFullName(file, parent));
    }

    /// <summary>Fails if files lie there that no test compares with; while updating, they are deleted.</summary>
    public static void AssertNoOthers(string parent, IEnumerable<string> files)
    {
        string[] others = [.. Directory.EnumerateFiles(Path.Combine(parent, Folder)).Where(f => !files.Contains(Path.GetFileName(f)))];
        if (IsUpdating) Array.ForEach(others, File.Delete);
        else Assert.Empty(others);
    }
}
