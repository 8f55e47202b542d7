using System.Globalization;
using SsmDsl.Bench.Cases;
using SsmDsl.Programs;

namespace SsmDsl.Bench.Measuring;

/// <summary>What the machine can do with all threads of a device, measured at the start of the same run.</summary>
/// <param name="PeakFlops">Multiply-adds per second, two each.</param>
/// <param name="Rates">Bytes per second by the number of bytes that are gone through again and again.</param>
internal sealed record Machine(double PeakFlops, IReadOnlyList<MemoryRate> Rates)
{
    private static readonly nint[] Footprints = [1 << 20, 4 << 20, 12 << 20, 24 << 20, 48 << 20, 96 << 20, 256 << 20];

    public static Machine Measure(WorkPool pool) => new(FmaPeak.Measure(pool), MemoryRate.Measure(pool, Footprints));

    /// <summary>
    /// The least time that the work needs, in milliseconds. As many bytes as are written are read at the rate of copying; what is
    /// read beyond that, at the rate of reading; both as measured on as many bytes as the work touches, which caches may hold.
    /// </summary>
    public double LimitMilliseconds(Work work)
    {
        (double read, double copy) = RatesAt(work.Bytes);
        double copied = Math.Min(work.Read, work.Written);
        double memory = 2 * copied / copy + (work.Read - copied) / read + (work.Written - copied) / copy;
        return 1000 * Math.Max(memory, work.Arithmetic / PeakFlops);
    }

    public override string ToString()
    {
        MemoryRate last = Rates[^1];
        return string.Create(CultureInfo.InvariantCulture, $"peak {PeakFlops / 1e9:F0} GFLOP/s; memory read {last.Read / 1e9:F0} GB/s, copied {last.Copy / 1e9:F0} GB/s");
    }

    private (double Read, double Copy) RatesAt(double bytes)
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
}
