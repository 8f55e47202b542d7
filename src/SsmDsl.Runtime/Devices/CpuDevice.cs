using System.Runtime;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SsmDsl.Programs;

namespace SsmDsl.Devices;

/// <summary>The processor with a pool of threads.</summary>
internal sealed class CpuDevice : Device
{
    private readonly ThreadWorkPool pool;

    public CpuDevice(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        pool = new ThreadWorkPool(threads == 0 ? Environment.ProcessorCount : threads);
    }

    public override WorkPool Pool => pool;

    /// <summary>Whether this program has no compiler at run time. RuntimeFeature says so of every program that is meant to be published like that.</summary>
    private static bool AheadOfTime => JitInfo.GetCompiledMethodCount() == 0;

    public override string ToString() => $"CPU, {pool.Threads} {(pool.Threads == 1 ? "thread" : "threads")}, {Lanes()}{(AheadOfTime ? ", ahead of time" : "")}";

    protected override void Dispose(bool disposing) => pool.Dispose();

    private static string Lanes() =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? "512-bit lanes (AVX-512)"
        : Vector256.IsHardwareAccelerated ? Fma.IsSupported ? "256-bit lanes (AVX2, FMA)" : "256-bit lanes (AVX2)"
        : Vector128.IsHardwareAccelerated ? System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported ? "128-bit lanes (NEON)" : "128-bit lanes (SSE)"
        : "scalar code, no vector instructions";
}
