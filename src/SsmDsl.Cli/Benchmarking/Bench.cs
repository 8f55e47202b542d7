using System.Diagnostics;
using SsmDsl.Cli.Describing;
using SsmDsl.Ilgpu;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Measures the modes of a model.</summary>
internal sealed class Bench(ModelGraph graph, ModelDefinition definition, Device device, BenchRequest request)
{
    /// <summary>Code is compiled in tiers; the slower ones are not what is measured. Who measures shortly does not wait long either.</summary>
    private readonly TimeSpan warmUp = TimeSpan.FromMilliseconds(Math.Min(300, 3 * request.Time.TotalMilliseconds));

    private readonly nint[] sizes = [checked((nint)request.Batch), .. graph.Signature.Dynamic.Select(_ => checked((nint)request.Length))];

    /// <param name="begin">Is told what is measured now.</param>
    public BenchResult Run(Action<string> begin, CancellationToken cancellation)
    {
        begin("the machine");
        MachineRates machine = DeviceRates.Measure(device);
        using var run = new BenchRun(definition, device, sizes);
        using KernelClock clock = KernelClock.Of(device, definition.Initialise.GetType().Assembly);
        using var recorded = new BenchRun(definition, clock.Device, sizes);
        var modes = new List<ModeResult>();
        foreach (BenchMode mode in request.Modes)
        {
            cancellation.ThrowIfCancellationRequested();
            begin(mode.ToString().ToLowerInvariant());
            List<double> times = Interleaved.Samples([Interleaved.Of(run.Of(mode))], warmUp, request.Time, cancellation)[0];
            modes.Add(Result(mode, times, Allocated(run.Of(mode)), Launches(run.Of(mode)), Shares(recorded.Of(mode), clock), machine));
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

    private ModeResult Result(BenchMode mode, List<double> times, double allocated, long? launches, IReadOnlyList<KernelShare> kernels, MachineRates machine)
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
            launches,
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

    /// <summary>Of one run of a GPU, once parameters are there and what depends on them alone is computed.</summary>
    private long? Launches(Action run)
    {
        if (device is not IlgpuDevice gpu) return null;
        run();
        long before = gpu.Launches;
        run();
        return gpu.Launches - before;
    }

    /// <summary>Shares of runs of their own: taking them has a price.</summary>
    private IReadOnlyList<KernelShare> Shares(Action run, KernelClock clock)
    {
        long warm = Stopwatch.GetTimestamp();
        do run();
        while (Stopwatch.GetElapsedTime(warm) < warmUp);
        int runs = 0;
        double total = 0;
        IReadOnlyList<KernelTime> times = clock.Time(() =>
        {
            long started = Stopwatch.GetTimestamp();
            do
            {
                run();
                runs++;
            }
            while (runs < 3 || Stopwatch.GetElapsedTime(started) < warmUp);
            total = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        });
        KernelShare[] kernels =
        [
            .. times.Select(k => new KernelShare(k.Name, k.Time.TotalMilliseconds / total, k.Time.TotalMilliseconds / runs, k.Calls / (double)runs))
                .OrderByDescending(k => k.Share),
        ];
        double rest = Math.Max(0, 1 - kernels.Sum(k => k.Share));
        return [.. kernels, new KernelShare("outside of kernels", rest, rest * total / runs, 1)];
    }

    private static double At(List<double> ascending, double quantile) => ascending[(int)Math.Round(quantile * (ascending.Count - 1))];
}
