using SsmDsl.Bench.Cases;
using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Bench.Measuring;

/// <summary>The least time that some work needs.</summary>
internal static class Limit
{
    /// <summary>
    /// In milliseconds. As many bytes as are written are read at the rate of copying; what is read beyond that, at the rate of
    /// reading; both as measured on as many bytes as the work touches.
    /// </summary>
    public static double Milliseconds(MachineRates machine, Work work)
    {
        (double read, double copy) = machine.At(work.Bytes);
        double copied = Math.Min(work.Read, work.Written);
        double memory = 2 * copied / copy + (work.Read - copied) / read + (work.Written - copied) / copy;
        return 1000 * Math.Max(memory, work.Arithmetic / machine.PeakFlops);
    }
}
