using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Multiply-adds per second of a GPU: eight chains a thread without memory, in as many threads as it runs at once.</summary>
internal static class DevicePeak
{
    private const int Chains = 8;

    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(150);

    /// <summary>A launch has to take this long: starting one must not be what is measured.</summary>
    private static readonly TimeSpan Launch = TimeSpan.FromMilliseconds(5);

    public static double Measure(Accelerator accelerator)
    {
        // The simulator has a thread of the system for each of its own, and no more rate by more of them.
        int threads = accelerator.AcceleratorType == AcceleratorType.CPU ? accelerator.WarpSize : accelerator.MaxNumThreads;
        using MemoryBuffer1D<float, Stride1D.Dense> results = accelerator.Allocate1D<float>(threads);
        Action<Index1D, ArrayView<float>, int> kernel = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, int>(Chain);
        int rounds = 256;
        double Seconds()
        {
            long started = Stopwatch.GetTimestamp();
            kernel(threads, results.View, rounds);
            accelerator.Synchronize();
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        _ = Seconds();
        while (Seconds() < Launch.TotalSeconds && rounds < 1 << 24) rounds *= 2;
        double shortest = double.PositiveInfinity;
        long begun = Stopwatch.GetTimestamp();
        do shortest = Math.Min(shortest, Seconds());
        while (Stopwatch.GetElapsedTime(begun) < Time);
        return 2.0 * Chains * rounds * threads / shortest;
    }

    private static void Chain(Index1D thread, ArrayView<float> results, int rounds)
    {
        float x = 0.999f, y = 0.001f * thread;
        float a = y, b = y + 1, c = y + 2, d = y + 3, e = y + 4, f = y + 5, g = y + 6, h = y + 7;
        for (int i = 0; i < rounds; i++)
        {
            a = a * x + y;
            b = b * x + y;
            c = c * x + y;
            d = d * x + y;
            e = e * x + y;
            f = f * x + y;
            g = g * x + y;
            h = h * x + y;
        }

        results[thread] = a + b + c + d + e + f + g + h;
    }
}
