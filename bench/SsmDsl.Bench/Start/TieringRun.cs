using System.Globalization;
using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Bench.Start;

/// <summary>What <c>AggressiveOptimization</c> on generated kernels costs and gives, against tiered compilation.</summary>
internal static class TieringRun
{
    private const int Processes = 3;

    private static readonly string[] Usual = ["W1", "W3b", "W4a", "W5", "W6", "W7a"];

    public static void Run(Options options, CancellationToken stopped)
    {
        using (Device device = Device.Cpu(options.Threads)) Console.WriteLine($"{MachineDescription.Processor()}; {device}\n");
        Console.WriteLine("| workload | phase | kernels | compiling, ms | first run, ms | to speed, ms | run, ms |");
        Console.WriteLine("| --- | --- | --- | ---: | ---: | ---: | ---: |");
        foreach (Workload workload in Catalog.All.Where(w => options.Only.Length == 0 ? Usual.Contains(w.Name) : options.Wants(w.Name)))
        {
            // In turns, so that both see the same machine.
            var rounds = Enumerable.Range(0, Processes).Select(_ => (Optimised: Measure(workload, false), Tiered: Measure(workload, true))).ToArray();
            Write(workload, "optimised at once", [.. rounds.Select(r => r.Optimised)]);
            Write(workload, "tiered", [.. rounds.Select(r => r.Tiered)]);
        }

        Warmth Measure(Workload workload, bool isPlain)
        {
            stopped.ThrowIfCancellationRequested();
            return TieringProcess.Measure(workload, options.Threads, isPlain);
        }
    }

    private static void Write(Workload workload, string form, Warmth[] rounds)
    {
        string Median(Func<Warmth, double> number)
        {
            double value = rounds.Select(number).Order().ElementAt(Processes / 2);
            return value.ToString(value < 0.1 ? "F4" : value < 10 ? "F2" : "F0", CultureInfo.InvariantCulture);
        }

        Console.WriteLine($"| {workload.Name} | {workload.Phases[^1].Phase.Name()} | {form} | {Median(r => r.Compilation)} | {Median(r => r.First)} | {Median(r => r.Until)} | {Median(r => r.Steady)} |");
    }
}
