using SsmDsl.Bench.Cases;
using SsmDsl.Bench.Measuring;
using SsmDsl.Bench.Peers;
using SsmDsl.Bench.Reference;
using SsmDsl.Bench.Reporting;
using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Bench;

/// <summary>All workloads once, each contender in turns with the others.</summary>
internal static class QuickRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(250), Budget = TimeSpan.FromMilliseconds(900);

    public static void Run(Options options, CancellationToken stopped)
    {
        Workload[] workloads = [.. Catalog.All.Where(w => options.Wants(w.Name))];
        if (options.Only.FirstOrDefault(o => !Catalog.All.Any(w => Options.Matches(o, w.Name))) is { } unknown)
        {
            throw new UsageException($"there is no workload '{unknown}'; there are {string.Join(", ", Catalog.All.Select(w => w.Name))}");
        }

        using Device device = Device.Cpu(options.Threads);
        var results = new List<Result>();
        MachineRates? machine = null;
        using PeerProcess? peers = options.Peers ? PeerProcess.Start(options.Threads == 0 ? Environment.ProcessorCount : options.Threads) : null;
        Display.Run(1 + workloads.Sum(w => w.Phases.Length), progress =>
        {
            progress.Begin("bandwidth and peak");
            machine = MachineRates.Measure(device.Pool);
            progress.End($"{MachineDescription.Processor()}; {device}; {machine}");
            foreach (Workload workload in workloads) results.AddRange(Measure(workload, device, machine, peers, progress, stopped));
        });
        var report = new Report(machine!, device.ToString()!, results);
        Display.Show(report);
        report.Write(options);
    }

    private static IEnumerable<Result> Measure(Workload workload, Device device, MachineRates machine, PeerProcess? peers, IBenchProgress progress, CancellationToken stopped)
    {
        progress.Begin($"{workload.Name}: {workload.Title}");
        using var model = new ModelCase(workload, device, withGradients: workload.Phases.Any(p => p.Phase == Phase.ForwardBackward));
        using ReferenceKernel? reference = workload.Reference?.Invoke(model);
        foreach ((Phase phase, Work work) in workload.Phases)
        {
            progress.Begin($"{workload.Name} {phase.Name()}: {workload.Title}");
            var contenders = new List<Func<int, double>> { Interleaved.Of(model.Run(phase)) };
            if (reference is not null)
            {
                Action run = reference.Run(phase);
                model.Run(phase)();
                run();
                Agreement.Check(workload.Name, phase, model.Results(phase), reference.Results);
                contenders.Add(Interleaved.Of(run));
            }

            IReadOnlyDictionary<string, string?> libraries = peers?.Prepare(workload.Name, phase.Name()) ?? new Dictionary<string, string?>();
            string[] running = [.. libraries.Where(l => l.Value is null).Select(l => l.Key)];
            int first = contenders.Count;
            contenders.AddRange(running.Select(r => peers!.Contender(r)));
            double[] times = Interleaved.Times(contenders, WarmUp, Budget, stopped);
            peers?.Leave();
            var result = new Result(
                workload.Name,
                phase.Name(),
                times[0],
                libraries.ToDictionary(l => l.Key, l => Time(l.Value, times.ElementAtOrDefault(first + Array.IndexOf(running, l.Key)))),
                reference is null ? null : times[1],
                Limit.Milliseconds(machine, work))
            {
                Title = workload.Title,
            };
            progress.End(string.Join("  ", ResultTable.Cells(result)));
            yield return result;
        }
    }

    private static object Time(string? failure, double time) => (object?)failure ?? (double.IsNaN(time) ? "the process of the peers ended" : (object)time);
}
