using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SsmDsl.Package.Tests;

/// <summary>The tests of a collection run one after the other, and share what is packed.</summary>
[CollectionDefinition("packed")]
public sealed class PackedProjects : ICollectionFixture<PackedProject>;

/// <summary>
/// The packages, packed under a version that was never there before, and a folder outside of the repository with a package
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
        foreach (string project in (string[])["SsmDsl.Runtime", "SsmDsl.Runtime.Ilgpu"])
            Good(Run(Folder, "dotnet", "pack", Path.Combine(Repository, "src", project), "-c", configuration, "--no-build", "-o", Path.Combine(Folder, "ssmdsl-packages"), $"-p:Version={Version}"));
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

    public (int Code, string Output) Run(string folder, string program, params string[] arguments) => Run(folder, program, arguments, []);

    public (int Code, string Output) Run(string folder, string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // What the test host sets for itself is not what a user has.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>The output of a command that has to succeed.</summary>
    public static string Good((int Code, string Output) result)
    {
        Assert.True(result.Code == 0, result.Output);
        return result.Output;
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SsmDsl.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("SsmDsl.sln is not above the tests");
    }
}
