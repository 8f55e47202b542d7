using System.Globalization;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>What the machine can do with all threads of a device, measured when it is asked for.</summary>
/// <param name="PeakFlops">Operations of multiply-adds per second, two each.</param>
/// <param name="Rates">Bytes per second by the number of bytes that are gone through again and again, ascending.</param>
internal sealed record MachineRates(double PeakFlops, IReadOnlyList<MemoryRate> Rates)
{
    internal static readonly nint[] Footprints = [1 << 20, 4 << 20, 12 << 20, 24 << 20, 48 << 20, 96 << 20, 256 << 20];

    public static MachineRates Measure(WorkPool pool) => new(FmaPeak.Measure(pool), MemoryRate.Measure(pool, Footprints));

    /// <summary>Bytes per second where so many bytes are touched, which caches may hold: read only, and read and written alike.</summary>
    public (double Read, double Copy) At(double bytes)
    {
        if (bytes <= Rates[0].Bytes) return (Rates[0].Read, Rates[0].Copy);
        for (int i = 1; i < Rates.Count; i++)
        {
            (MemoryRate below, MemoryRate above) = (Rates[i - 1], Rates[i]);
            if (bytes > above.Bytes) continue;
            double share = Math.Log(bytes / below.Bytes) / Math.Log((double)above.Bytes / below.Bytes);
            return (below.Read + share * (above.Read - below.Read), below.Copy + share * (above.Copy - below.Copy));
        }

        return (Rates[^1].Read, Rates[^1].Copy);
    }

    public override string ToString()
    {
        MemoryRate last = Rates[^1];
        return string.Create(CultureInfo.InvariantCulture, $"peak {PeakFlops / 1e9:F0} GFLOP/s; memory read {last.Read / 1e9:F0} GB/s, copied {last.Copy / 1e9:F0} GB/s");
    }
}
