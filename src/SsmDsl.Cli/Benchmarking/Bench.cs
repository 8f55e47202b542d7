using System.Diagnostics;
using SsmDsl.Cli.Describing;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Measures the modes of a model.</summary>
internal sealed class Bench(ModelGraph graph, ModelDefinition definition, Device device, BenchRequest request)
{
    /// <summary>Code is compiled in tiers; the slower ones are not what is measured.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    private readonly nint[] sizes = [checked((nint)request.Batch), .. graph.Signature.Dynamic.Select(_ => checked((nint)request.Length))];

    /// <param name="begin">Is told what is measured now.</param>
    public BenchResult Run(Action<string> begin, CancellationToken cancellation)
    {
        begin("the machine");
        MachineRates machine = MachineRates.Measure(device.Pool);
        using var run = new BenchRun(definition, device, sizes);
        using var recording = new RecordingDevice(device);
        using var recorded = new BenchRun(definition, recording, sizes);
        var names = new KernelNames(definition.Forward.GetType().Assembly);
        var modes = new List<ModeResult>();
        foreach (BenchMode mode in request.Modes)
        {
            cancellation.ThrowIfCancellationRequested();
            begin(mode.ToString().ToLowerInvariant());
            List<double> times = Interleaved.Samples([Interleaved.Of(run.Of(mode))], WarmUp, request.Time, cancellation)[0];
            modes.Add(Result(mode, times, Allocated(run.Of(mode)), Shares(recorded.Of(mode), recording.Recording, names), machine));
        }

        return new BenchResult(
            graph.Signature.Name,
            device.ToString()!,
            MachineDescription.Processor(),
            MachineDescription.Software(),
            machine.PeakFlops,
            machine.Rates[^1].Read,
            machine.Rates[^1].Copy,
            definition.Dynamic.Select((d, i) => (d, (long)sizes[i])).ToDictionary(),
            modes);
    }

    private ModeResult Result(BenchMode mode, List<double> times, double allocated, IReadOnlyList<KernelShare> kernels, MachineRates machine)
    {
        ModeDescription cost = Cost(mode);
        double median = At(times, 0.5), seconds = median / 1000;
        (double read, double copy) = machine.At(cost.Bytes);
        return new ModeResult(
            mode.ToString().ToLowerInvariant(),
            median,
            times[0],
            At(times, 0.9) - At(times, 0.1),
            times.Count,
            request.Batch / seconds,
            cost.Bytes,
            cost.Flops,
            cost.Functions,
            cost.Bytes / seconds / Math.Max(read, copy),
            cost.Flops / seconds / machine.PeakFlops,
            allocated,
            kernels);
    }

    private ModeDescription Cost(BenchMode mode)
    {
        using var engine = new ModelEngine(definition, device);
        var modes = new Modes(graph, engine, s => s.Equals(DimSymbol.Batch) ? request.Batch : request.Length);
        return modes.Of(mode);
    }

    private static double Allocated(Action run)
    {
        const int runs = 4;
        run();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < runs; i++) run();
        return Math.Max(0, GC.GetTotalAllocatedBytes(precise: true) - before) / (double)runs;
    }

    /// <summary>Shares of runs of their own: taking them has a small price.</summary>
    private static IReadOnlyList<KernelShare> Shares(Action run, RecordingPool recording, KernelNames names)
    {
        long warm = Stopwatch.GetTimestamp();
        do run();
        while (Stopwatch.GetElapsedTime(warm) < WarmUp);
        recording.Clear();
        int runs = 0;
        long started = Stopwatch.GetTimestamp();
        do
        {
            run();
            runs++;
        }
        while (runs < 3 || Stopwatch.GetElapsedTime(started) < WarmUp);
        double total = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        KernelShare[] kernels =
        [
            .. recording.Loops
                .GroupBy(l => names.Of(l.Key), l => (Ms: Stopwatch.GetElapsedTime(0, l.Value.Ticks).TotalMilliseconds, l.Value.Calls))
                .Select(g => new KernelShare(g.Key, g.Sum(l => l.Ms) / total, g.Sum(l => l.Ms) / runs, g.Sum(l => l.Calls) / (double)runs))
                .OrderByDescending(k => k.Share),
        ];
        double rest = Math.Max(0, 1 - kernels.Sum(k => k.Share));
        return [.. kernels, new KernelShare("outside of kernels", rest, rest * total / runs, 1)];
    }

    private static double At(List<double> ascending, double quantile) => ascending[(int)Math.Round(quantile * (ascending.Count - 1))];
}
