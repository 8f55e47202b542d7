using SsmDsl.Bench.Models;
using SsmDsl.Bench.Reference;
using SsmDsl.Bench.Reference.Bits512;

namespace SsmDsl.Bench.Cases;

/// <summary>The real scan at sizes that fit no vector, no block and no number of threads.</summary>
internal static class SizeWorkloads
{
    public static readonly Workload[] All =
    [
        Scan("S-D1", 256, 1024, RealScan1.D, d => RealScan1.Create(d), Widest.Of<FlatScanReference>),
        Scan("S-D3", 256, 1024, RealScan3.D, d => RealScan3.Create(d), Widest.Of<FlatScanReference>),
        Scan("S-D8", 256, 1024, RealScan8.D, d => RealScan8.Create(d), Widest.Of<FlatScanReference>),
        Scan("S-D100", 8, 1024, RealScan100.D, d => RealScan100.Create(d), Widest.Of<RealScanReference>),
        Scan("S-T100k", 1, 100_000, RealScan16.D, d => RealScan16.Create(d), Widest.Of<LongScanReference>),
        Scan("S-B3", 3, 4096, RealScan64.D, d => RealScan64.Create(d), Widest.Of<RealScanReference>),
        Scan("S-B17", 17, 1024, RealScan64.D, d => RealScan64.Create(d), Widest.Of<RealScanReference>),
    ];

    private static Workload Scan(string name, nint batch, nint length, int channels, Func<Device, IBenchModel> create, Func<ModelCase, ReferenceKernel> reference) => new(
        name,
        $"real scan, coefficient per step, B {batch} T {length} D {channels}",
        create,
        [batch, length],
        ScanWorkloads.RealScanPhases((double)batch * length * channels),
        reference)
    {
        Ranges = ScanWorkloads.RealScanRanges,
    };
}
