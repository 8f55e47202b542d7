using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SsmDsl.Package.Tests;

/// <summary>
/// The package, packed under a version that was never there before, and a folder outside of the repository with a package
/// folder of its own: what a restore has cached of an earlier one is not tested by mistake.
/// </summary>
public sealed class PackedProject : IDisposable
{
    public PackedProject()
    {
        Directory.CreateDirectory(Folder);
        string cached = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="packages" />
              </config>
              <packageSources>
                <clear />
                <add key="packed" value="ssmdsl-packages" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="cached" value="{cached}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        Repository = FindRepository();
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        (int code, string output) = Run(
            Folder, "dotnet", "pack", Path.Combine(Repository, "src", "SsmDsl.Runtime"), "-c", configuration, "--no-build", "-o", Path.Combine(Folder, "ssmdsl-packages"), $"-p:Version={Version}");
        Assert.True(code == 0, output);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "ssmdsl-package-" + Guid.NewGuid().ToString("N"));

    public string Repository { get; }

    public string Version { get; } = $"0.1.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Runs a command line of the README.</summary>
    public (int Code, string Output) Shell(string folder, string line)
    {
        string[] words = [.. Regex.Matches(line, @"\S+").Select(m => m.Value)];
        return Run(folder, words[0], words[1..]);
    }

    public (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // What the test host sets for itself is not what a user has.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SsmDsl.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("SsmDsl.sln is not above the tests");
    }
}
