using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Numerics;

/// <summary>
/// Reads and writes of every second element, as parts of complex numbers lie: two accesses of neighbours and a permutation, several
/// times faster than element by element. Nothing is touched at the elements between, nor where the mask is not set.
/// </summary>
internal static unsafe class PairedMemory
{
    private static Vector512<float> Even512 => Vector512.Create(0xFFFFFFFFL).AsSingle();

    private static Vector256<float> Even256 => Vector256.Create(0xFFFFFFFFL).AsSingle();

    private static Vector512<int> Low512 => Vector512.Create(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);

    private static Vector256<int> Low256 => Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3);

    private static Vector512<long> LowLong512 => Vector512.Create(0L, 0, 1, 1, 2, 2, 3, 3);

    public static bool Has512 => Avx512F.IsSupported;

    public static bool Has256 => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gather(float* from, Vector512<float> mask)
    {
        Vector512<float> low = Avx512F.MaskLoad(from, Spread(mask, Low512), Vector512<float>.Zero);
        Vector512<float> high = Avx512F.MaskLoad(from + 16, Spread(mask, Low512 + Vector512.Create(8)), Vector512<float>.Zero);
        return Avx512F.PermuteVar16x32x2(low, Vector512<int>.Indices * 2, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector512<float> value, float* to, Vector512<float> mask)
    {
        Vector512<int> low = Low512, high = low + Vector512.Create(8);
        Avx512F.MaskStore(to, Spread(mask, low), Avx512F.PermuteVar16x32(value, low));
        Avx512F.MaskStore(to + 16, Spread(mask, high), Avx512F.PermuteVar16x32(value, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Gather(double* from, Vector512<double> mask)
    {
        Vector512<double> low = Avx512F.MaskLoad(from, Spread(mask, LowLong512), Vector512<double>.Zero);
        Vector512<double> high = Avx512F.MaskLoad(from + 8, Spread(mask, LowLong512 + Vector512.Create(4L)), Vector512<double>.Zero);
        return Avx512F.PermuteVar8x64x2(low, Vector512<long>.Indices * 2, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector512<double> value, double* to, Vector512<double> mask)
    {
        Vector512<long> low = LowLong512, high = low + Vector512.Create(4L);
        Avx512F.MaskStore(to, Spread(mask, low), Avx512F.PermuteVar8x64(value, low));
        Avx512F.MaskStore(to + 8, Spread(mask, high), Avx512F.PermuteVar8x64(value, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gather(float* from, Vector256<float> mask)
    {
        Vector256<float> low = Avx.MaskLoad(from, Spread(mask, Low256)), high = Avx.MaskLoad(from + 8, Spread(mask, Low256 + Vector256.Create(4)));

        // Halves of both, then in order.
        return Avx2.Permute4x64(Avx.Shuffle(low, high, 0x88).AsDouble(), 0xD8).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector256<float> value, float* to, Vector256<float> mask)
    {
        Vector256<int> low = Low256, high = low + Vector256.Create(4);
        Avx.MaskStore(to, Spread(mask, low), Avx2.PermuteVar8x32(value, low));
        Avx.MaskStore(to + 8, Spread(mask, high), Avx2.PermuteVar8x32(value, high));
    }

    /// <summary>The mask of two elements for each of half of the lanes: set for the first of a pair only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Spread(Vector512<float> mask, Vector512<int> lanes) => Avx512F.PermuteVar16x32(mask, lanes) & Even512;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Spread(Vector256<float> mask, Vector256<int> lanes) => Avx2.PermuteVar8x32(mask, lanes) & Even256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Spread(Vector512<double> mask, Vector512<long> lanes) =>
        Avx512F.PermuteVar8x64(mask, lanes) & Vector512.Create(-1L, 0, -1, 0, -1, 0, -1, 0).AsDouble();
}
