using System.Globalization;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Growth;

/// <summary>How much memory training and long scans take at most, all tensors that go in and out included.</summary>
internal static class MemoryRun
{
    /// <summary>Workloads of the catalog at these sizes, which outweigh what the process has anyway.</summary>
    private static readonly (string Workload, nint[] Sizes, Phase Phase)[] Cases =
    [
        ("W3b", [1, 32_768], Phase.Forward),
        ("W3b", [1, 32_768], Phase.ForwardBackward),
        ("W4b", [1, 32_768], Phase.ForwardBackward),
        ("W5", [16, 784], Phase.Train),
        ("W6", [32, 256], Phase.Train),
    ];

    public static void Run(Options options, CancellationToken stopped)
    {
        using Device device = Device.Cpu(options.Threads);
        Console.WriteLine($"{device}\n\n| workload | batch, length | phase | peak, MB |\n| --- | --- | --- | ---: |");
        foreach (var (name, sizes, phase) in Cases)
        {
            Workload workload = Catalog.All.Single(w => w.Name == name);

            // The code is compiled by a run of small sizes.
            Runs(workload with { Sizes = [.. sizes.Select((n, i) => (nint)(i == 0 ? 1 : 8))] }, phase, device);
            stopped.ThrowIfCancellationRequested();
            long bytes = PeakMemory.Of(() => Runs(workload with { Sizes = sizes }, phase, device));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {string.Join(", ", sizes)} | {phase.Name()} | {bytes / 1e6:F1} |"));
        }
    }

    private static void Runs(Workload workload, Phase phase, Device device)
    {
        using var model = new ModelCase(workload, device, withGradients: phase == Phase.ForwardBackward);
        for (int i = 0; i < 3; i++) model.Run(phase)();
    }
}
