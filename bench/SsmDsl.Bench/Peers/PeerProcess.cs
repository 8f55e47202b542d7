using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SsmDsl.Bench.Peers;

/// <summary>
/// The project bench/SsmDsl.Bench.Peers as a process: it has the other libraries, which nothing else shall have to download.
/// </summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process? process;
    private string? failure;

    private PeerProcess(Process? process, string? failure) => (this.process, this.failure) = (process, failure);

    /// <summary>What rows say if the process cannot be had, by library.</summary>
    private static readonly string[] Libraries = ["libtorch", "onnxruntime"];

    /// <summary>Builds the project where it has not been built, and starts it. Never throws: rows say why there are no peers.</summary>
    public static PeerProcess Start(int threads)
    {
        try
        {
            if (PeerProject.Find() is not { } project) return new(null, "bench/SsmDsl.Bench.Peers is not above the working folder");
            if (project.Build() is { } failed) return new(null, failed);
            var start = new ProcessStartInfo("dotnet", [project.Assembly!, threads.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return new(process, null);
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception or UnauthorizedAccessException)
        {
            return new(null, e.Message);
        }
    }

    /// <summary>Prepares a phase: by library null, or why it does not run. Libraries that have no formulation are not in it.</summary>
    public IReadOnlyDictionary<string, string?> Prepare(string workload, string phase)
    {
        if (failure is not null) return Nothing();
        string? answer = Ask($"prepare {workload} {phase}");
        if (answer is null) return Nothing();
        return JsonSerializer.Deserialize<Dictionary<string, string?>>(answer)!;
    }

    /// <summary>A contender: milliseconds of so many calls of a library's formulation that was prepared last.</summary>
    public Func<int, double> Contender(string library) => calls =>
        Ask($"time {library} {calls}") is { } answer ? double.Parse(answer, CultureInfo.InvariantCulture) : double.NaN;

    /// <summary>Frees what was prepared.</summary>
    public void Leave()
    {
        if (failure is null) Ask("leave");
    }

    public void Dispose()
    {
        if (process is null) return;
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill();
        process.Dispose();
    }

    private Dictionary<string, string?> Nothing() => Libraries.ToDictionary(l => l, _ => failure);

    /// <summary>The answer; null if the process has died, which later rows then say.</summary>
    private string? Ask(string request)
    {
        try
        {
            process!.StandardInput.WriteLine(request);
            process.StandardInput.Flush();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                // Other lines are what libraries print of their own accord.
                if (line.StartsWith('>')) return line[1..];
            }
        }
        catch (IOException)
        {
            // Its end of the pipe is closed.
        }

        failure = $"the process of the peers ended at '{request}'";
        return null;
    }
}
