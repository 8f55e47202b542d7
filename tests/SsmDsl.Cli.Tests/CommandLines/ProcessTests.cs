using System.Diagnostics;

namespace SsmDsl.Cli.Tests.CommandLines;

/// <summary>What only a process of its own can show: standard input, Ctrl-C.</summary>
public class ProcessTests
{
    /// <summary>One each half second.</summary>
    private const int MostInterrupts = 240;

    [Fact]
    public void Standard_input_is_a_file()
    {
        using Process process = Start("check", "-");
        process.StandardInput.Write("model M(x: real[T]) -> y: real[T] { y = z }");
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.StartsWith("-(1,41): error SSM0101", output, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public void Interrupted_it_ends_with_130()
    {
        if (OperatingSystem.IsWindows()) return;

        // It waits for standard input, which never ends; it is interrupted until it has come so far.
        using Process process = Start("check", "-");
        int tries = 0;
        while (!process.WaitForExit(500))
        {
            if (++tries > MostInterrupts)
            {
                process.Kill();
                Assert.Fail("the process does not end when it is interrupted; or the tests run in the background of a shell, whose jobs ignore SIGINT");
            }

            Process.Start("/bin/sh", ["-c", $"kill -INT {process.Id}"]).WaitForExit();
        }

        Assert.Equal(130, process.ExitCode);
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        [typeof(Commands).Assembly.Location, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
