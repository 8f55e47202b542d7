using SsmDsl.Bench.Models;
using SsmDsl.Bench.Reference;
using SsmDsl.Bench.Reference.Bits512;

namespace SsmDsl.Bench.Cases;

/// <summary>W1 to W3: bare scans.</summary>
internal static class ScanWorkloads
{
    /// <summary>A coefficient that keeps most of the state, as gates do. Before the table, which reads it.</summary>
    public static readonly IReadOnlyDictionary<string, (double, double)> RealScanRanges = new Dictionary<string, (double, double)> { ["a"] = (0.8, 1) };

    private const double Scan = 8.0 * 1024 * 512, Complex = 8.0 * 1024 * 256;

    public static readonly Workload[] All =
    [
        new("W1", "real scan, coefficient per step, B 8 T 1024 D 512", d => RealScan.Create(d), [8, 1024], RealScanPhases(Scan), Widest.Of<RealScanReference>)
        {
            Ranges = RealScanRanges,
        },
        new(
            "W1c",
            "real scan, coefficient per channel, B 8 T 1024 D 512",
            d => ChannelScan.Create(d),
            [8, 1024],
            [
                (Phase.Forward, new(Read: 4 * Scan, Written: 4 * Scan, Flops: 2 * Scan, Operations: 0)),
                (Phase.ForwardBackward, new(Read: 8 * Scan, Written: 8 * Scan, Flops: 6 * Scan, Operations: 0)),
            ],
            Widest.Of<ChannelScanReference>),
        new(
            "W2",
            "LRU complex scan, B 8 T 1024 N 256",
            d => ComplexScan.Create(d),
            [8, 1024],
            [
                (Phase.Forward, new(Read: 8 * Complex, Written: 8 * Complex, Flops: 8 * Complex, Operations: 0)),
                (Phase.ForwardBackward, new(Read: 16 * Complex, Written: 16 * Complex, Flops: 24 * Complex, Operations: 0)),
            ],
            Widest.Of<ComplexScanReference>),
        Selective("W3a", 1, 2048, SelectiveScan.D, d => SelectiveScan.Create(d)),
        Selective("W3b", 8, 512, SelectiveScan256.D, d => SelectiveScan256.Create(d)),
    ];

    public static (Phase, Work)[] RealScanPhases(double elements) =>
    [
        (Phase.Forward, new(Read: 8 * elements, Written: 4 * elements, Flops: 2 * elements, Operations: 0)),
        (Phase.ForwardBackward, new(Read: 12 * elements, Written: 12 * elements, Flops: 4 * elements, Operations: elements)),
    ];

    private static Workload Selective(string name, nint batch, nint length, int channels, Func<Device, IBenchModel> create)
    {
        const int states = 16;
        double rows = batch * length, elements = rows * channels, all = elements * states;

        // Forward: Δ·A and its exponential, Δ·x·B, the state, the sum under C. Backward, the state and the exponential are
        // computed again (to store them would cost more), then eight operations a state.
        var forward = new Work(Read: 8 * elements + 8 * rows * states, Written: 4 * elements, Flops: 4 * all, Operations: (Work.Exp + 2) * all);
        var both = new Work(
            Read: 12 * elements + 8 * rows * states,
            Written: 12 * elements + 8 * rows * states,
            Flops: forward.Flops + (2 + 12) * all,
            Operations: forward.Operations + (Work.Exp + 2 + 2) * all);
        return new Workload(
            name,
            $"selective scan, B {batch} T {length} D {channels} N {states}",
            create,
            [batch, length],
            [(Phase.Forward, forward), (Phase.ForwardBackward, both)],
            Widest.Of<SelectiveScanReference>)
        {
            Ranges = new Dictionary<string, (double, double)> { ["delta"] = (0.001, 0.1) },
        };
    }
}
