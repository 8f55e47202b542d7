using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Multiply-adds per second of all threads: twelve chains without memory.</summary>
internal static unsafe class FmaPeak
{
    private const int Rounds = 200_000, Chains = 12;

    /// <summary>Long enough to find a moment when nothing else runs.</summary>
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(150);

    public static double Measure(WorkPool pool)
    {
        double best = 0;
        float result = 0;
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Time)
        {
            long started = Stopwatch.GetTimestamp();
            if (Vector512.IsHardwareAccelerated) pool.For(pool.Threads, &Run512, &result);
            else if (Vector256.IsHardwareAccelerated) pool.For(pool.Threads, &Run256, &result);
            else pool.For(pool.Threads, &Run128, &result);
            best = Math.Max(best, Flops(pool) / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return best;
    }

    private static double Flops(WorkPool pool)
    {
        int lanes = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
        return 2.0 * pool.Threads * Rounds * Chains * lanes;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run512(nint item, void* result)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, k = x, l = x, m = x, n = x;
        for (int i = 0; i < Rounds; i++)
        {
            a = Vector512.MultiplyAddEstimate(a, x, y);
            b = Vector512.MultiplyAddEstimate(b, x, y);
            c = Vector512.MultiplyAddEstimate(c, x, y);
            d = Vector512.MultiplyAddEstimate(d, x, y);
            e = Vector512.MultiplyAddEstimate(e, x, y);
            f = Vector512.MultiplyAddEstimate(f, x, y);
            g = Vector512.MultiplyAddEstimate(g, x, y);
            h = Vector512.MultiplyAddEstimate(h, x, y);
            k = Vector512.MultiplyAddEstimate(k, x, y);
            l = Vector512.MultiplyAddEstimate(l, x, y);
            m = Vector512.MultiplyAddEstimate(m, x, y);
            n = Vector512.MultiplyAddEstimate(n, x, y);
        }

        *(float*)result = Vector512.Sum(a + b + c + d + e + f + g + h + k + l + m + n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run256(nint item, void* result)
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, k = x, l = x, m = x, n = x;
        for (int i = 0; i < Rounds; i++)
        {
            a = Vector256.MultiplyAddEstimate(a, x, y);
            b = Vector256.MultiplyAddEstimate(b, x, y);
            c = Vector256.MultiplyAddEstimate(c, x, y);
            d = Vector256.MultiplyAddEstimate(d, x, y);
            e = Vector256.MultiplyAddEstimate(e, x, y);
            f = Vector256.MultiplyAddEstimate(f, x, y);
            g = Vector256.MultiplyAddEstimate(g, x, y);
            h = Vector256.MultiplyAddEstimate(h, x, y);
            k = Vector256.MultiplyAddEstimate(k, x, y);
            l = Vector256.MultiplyAddEstimate(l, x, y);
            m = Vector256.MultiplyAddEstimate(m, x, y);
            n = Vector256.MultiplyAddEstimate(n, x, y);
        }

        *(float*)result = Vector256.Sum(a + b + c + d + e + f + g + h + k + l + m + n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run128(nint item, void* result)
    {
        Vector128<float> x = Vector128.Create(0.999f), y = Vector128.Create(0.001f);
        Vector128<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, k = x, l = x, m = x, n = x;
        for (int i = 0; i < Rounds; i++)
        {
            a = Vector128.MultiplyAddEstimate(a, x, y);
            b = Vector128.MultiplyAddEstimate(b, x, y);
            c = Vector128.MultiplyAddEstimate(c, x, y);
            d = Vector128.MultiplyAddEstimate(d, x, y);
            e = Vector128.MultiplyAddEstimate(e, x, y);
            f = Vector128.MultiplyAddEstimate(f, x, y);
            g = Vector128.MultiplyAddEstimate(g, x, y);
            h = Vector128.MultiplyAddEstimate(h, x, y);
            k = Vector128.MultiplyAddEstimate(k, x, y);
            l = Vector128.MultiplyAddEstimate(l, x, y);
            m = Vector128.MultiplyAddEstimate(m, x, y);
            n = Vector128.MultiplyAddEstimate(n, x, y);
        }

        *(float*)result = Vector128.Sum(a + b + c + d + e + f + g + h + k + l + m + n);
    }
}
