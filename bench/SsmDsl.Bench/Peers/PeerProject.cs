using System.Diagnostics;

namespace SsmDsl.Bench.Peers;

/// <summary>The project of the peers in the repository.</summary>
internal sealed class PeerProject
{
    private readonly string folder;

    private PeerProject(string folder) => this.folder = folder;

    /// <summary>What was built, or null.</summary>
    public string? Assembly => Directory.Exists(Output)
        ? Directory.EnumerateFiles(Output, "SsmDsl.Bench.Peers.dll", SearchOption.AllDirectories).FirstOrDefault(f => File.Exists(Path.ChangeExtension(f, "runtimeconfig.json")))
        : null;

    private string Output => Path.Combine(folder, "bin", "Release");

    /// <summary>Looks for the repository above the working folder and above this program.</summary>
    public static PeerProject? Find()
    {
        foreach (string start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
            {
                string folder = Path.Combine(at.FullName, "bench", "SsmDsl.Bench.Peers");
                if (Directory.Exists(folder)) return new PeerProject(folder);
            }
        }

        return null;
    }

    /// <summary>Builds it unless what was built is newer than its sources. Null, or what went wrong.</summary>
    public string? Build()
    {
        if (Assembly is { } built && Sources().All(s => File.GetLastWriteTimeUtc(s) <= File.GetLastWriteTimeUtc(built))) return null;
        var start = new ProcessStartInfo("dotnet", ["build", folder, "-c", "Release", "-v", "q", "-nologo"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        if (process.ExitCode == 0 && Assembly is not null) return null;
        string? line = text.Split('\n').FirstOrDefault(l => l.Contains("error", StringComparison.Ordinal))?.Trim();
        return $"bench/SsmDsl.Bench.Peers cannot be built: {line ?? $"exit code {process.ExitCode}"}";
    }

    private IEnumerable<string> Sources() => Directory.EnumerateFiles(folder, "*.cs*", SearchOption.AllDirectories)
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}") && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}"));
}
