using SsmDsl.Bench.Cases;
using SsmDsl.Bench.Models;

namespace SsmDsl.Bench.Growth;

/// <summary>A selective scan whose sizes are the same but for one.</summary>
/// <param name="Name">The size that grows.</param>
/// <param name="Fixed">The others, for the legend.</param>
/// <param name="Points">Its values, ascending, over two decades.</param>
internal sealed record GrowthAxis(string Name, string Fixed, (int Size, Workload Scan)[] Points)
{
    public static readonly GrowthAxis[] All =
    [
        new("T", "B 1, D 64, N 16", [.. new[] { 64, 200, 640, 2000, 6400 }.Select(t => (t, Scan(d => SelectiveScan64.Create(d), 1, t)))]),
        new("B", "T 128, D 64, N 16", [.. new[] { 1, 3, 10, 32, 100 }.Select(b => (b, Scan(d => SelectiveScan64.Create(d), b, 128)))]),
        new("D", "B 1, T 512, N 16",
        [
            (16, Scan(d => SelectiveScan16.Create(d), 1, 512)),
            (64, Scan(d => SelectiveScan64.Create(d), 1, 512)),
            (256, Scan(d => SelectiveScan256.Create(d), 1, 512)),
            (1536, Scan(d => SelectiveScan.Create(d), 1, 512)),
        ]),
        new("N", "B 1, T 512, D 64",
        [
            (1, Scan(d => SelectiveScan64N1.Create(d), 1, 512)),
            (4, Scan(d => SelectiveScan64N4.Create(d), 1, 512)),
            (16, Scan(d => SelectiveScan64.Create(d), 1, 512)),
            (100, Scan(d => SelectiveScan64N100.Create(d), 1, 512)),
        ]),
    ];

    /// <summary>A scan of which nothing but times is wanted.</summary>
    public static Workload Scan(Func<Device, IBenchModel> create, int batch, int length) => new("growth", "selective scan", create, [batch, length], [], null)
    {
        Ranges = new Dictionary<string, (double, double)> { ["delta"] = (0.001, 0.1) },
    };
}
