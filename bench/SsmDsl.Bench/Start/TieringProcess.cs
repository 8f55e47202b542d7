using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Start;

/// <summary>How a workload gets to its speed in a process that has compiled nothing yet.</summary>
/// <param name="Compilation">Milliseconds that the compiler of machine code worked, in all threads.</param>
/// <param name="First">Of the first run.</param>
/// <param name="Steady">Of a run at the end, the median.</param>
/// <param name="Until">Milliseconds from the start of the first run to the first that took no more than 1.2 times as long as at the end.</param>
internal sealed record Warmth(double Compilation, double First, double Steady, double Until)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(4);

    /// <summary>Runs a workload for some seconds.</summary>
    public static Warmth Of(Workload workload, int threads)
    {
        using Device device = Device.Cpu(threads);
        Phase phase = workload.Phases[^1].Phase;
        using var model = new ModelCase(workload, device, withGradients: phase == Phase.ForwardBackward);
        Action run = model.Run(phase);
        TimeSpan compiled = JitInfo.GetCompilationTime();
        long started = Stopwatch.GetTimestamp();
        var runs = new List<(double At, double Time)>();
        while (Stopwatch.GetElapsedTime(started) < Watched)
        {
            long before = Stopwatch.GetTimestamp();
            run();
            runs.Add((Stopwatch.GetElapsedTime(started, before).TotalMilliseconds, Stopwatch.GetElapsedTime(before).TotalMilliseconds));
        }

        double[] last = [.. runs.Skip(runs.Count * 3 / 4).Select(r => r.Time).Order()];
        double steady = last[last.Length / 2];
        return new(
            (JitInfo.GetCompilationTime() - compiled).TotalMilliseconds, runs[0].Time, steady, runs.First(r => r.Time <= 1.2 * steady).At);
    }
}

/// <summary>Measures in processes of their own.</summary>
internal static class TieringProcess
{
    /// <summary>The command of such a process, of which the bench's help says nothing.</summary>
    public const string Command = "tiering-process";

    private const string Plain = "plain";

    /// <summary>In the process: measures, and prints it.</summary>
    /// <param name="form"><c>plain</c>, or anything else for the kernels as they are.</param>
    public static void Run(string form, string workload, string threads)
    {
        if (form == Plain)
        {
            PlainAssembly.Load().GetType(typeof(TieringProcess).FullName!)!.GetMethod(nameof(Run))!.Invoke(null, ["", workload, threads]);
            return;
        }

        Warmth warmth = Warmth.Of(Catalog.All.Single(w => w.Name == workload), int.Parse(threads, CultureInfo.InvariantCulture));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{warmth.Compilation:R} {warmth.First:R} {warmth.Steady:R} {warmth.Until:R}"));
    }

    /// <summary>Starts a process and gives what it measured.</summary>
    /// <param name="isPlain">Without <c>AggressiveOptimization</c>.</param>
    public static Warmth Measure(Workload workload, int threads, bool isPlain)
    {
        var (numbers, _) = StartProcess.Numbers(Command, isPlain ? Plain : "as-it-is", workload.Name, threads.ToString(CultureInfo.InvariantCulture));
        return new(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
