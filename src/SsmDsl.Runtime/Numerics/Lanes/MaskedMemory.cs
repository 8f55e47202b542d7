using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Numerics;

/// <summary>
/// Reads and writes of the lanes whose mask is set. Nothing is touched at the others, which read 0: they may lie outside of
/// any memory.
/// </summary>
internal static unsafe class MaskedMemory
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, Vector512<float> mask) => Avx512F.IsSupported ? Avx512F.MaskLoad(from, mask, Vector512<float>.Zero) : LoadApart(from, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to, Vector512<float> mask)
    {
        if (Avx512F.IsSupported) Avx512F.MaskStore(to, mask, value);
        else StoreApart(value, to, 1, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* from, Vector512<double> mask) => Avx512F.IsSupported ? Avx512F.MaskLoad(from, mask, Vector512<double>.Zero) : LoadApart(from, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* to, Vector512<double> mask)
    {
        if (Avx512F.IsSupported) Avx512F.MaskStore(to, mask, value);
        else StoreApart(value, to, 1, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, Vector256<float> mask) => Avx.IsSupported ? Avx.MaskLoad(from, mask) : LoadApart(from, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* to, Vector256<float> mask)
    {
        if (Avx.IsSupported) Avx.MaskStore(to, mask, value);
        else StoreApart(value, to, 1, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* from, Vector256<double> mask) => Avx.IsSupported ? Avx.MaskLoad(from, mask) : LoadApart(from, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> value, double* to, Vector256<double> mask)
    {
        if (Avx.IsSupported) Avx.MaskStore(to, mask, value);
        else StoreApart(value, to, 1, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from, Vector128<float> mask) => Avx.IsSupported ? Avx.MaskLoad(from, mask) : FirstLanes.Load(from, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* to, Vector128<float> mask)
    {
        if (Avx.IsSupported) Avx.MaskStore(to, mask, value);
        else FirstLanes.Store(value, to, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(double* from, Vector128<double> mask) => Avx.IsSupported ? Avx.MaskLoad(from, mask) : LoadApart(from, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<double> value, double* to, Vector128<double> mask)
    {
        if (Avx.IsSupported) Avx.MaskStore(to, mask, value);
        else StoreApart(value, to, 1, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gather(float* from, nint stride, Vector512<float> mask) => stride == 2 && PairedMemory.Has512
        ? PairedMemory.Gather(from, mask)
        : Vector512.Create(Gather(from, stride, mask.GetLower()), Gather(from + 8 * stride, stride, mask.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Gather(double* from, nint stride, Vector512<double> mask) => stride == 2 && PairedMemory.Has512
        ? PairedMemory.Gather(from, mask)
        : Vector512.Create(Gather(from, stride, mask.GetLower()), Gather(from + 4 * stride, stride, mask.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gather(float* from, nint stride, Vector256<float> mask) => stride == 2 && PairedMemory.Has256 ? PairedMemory.Gather(from, mask)
        : Avx2.IsSupported && IsNear(stride) ? Avx2.GatherMaskVector256(Vector256<float>.Zero, from, Vector256<int>.Indices * Vector256.Create((int)stride), mask, 4)
        : GatherApart(from, stride, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Gather(double* from, nint stride, Vector256<double> mask) => Avx2.IsSupported && IsNear(stride)
        ? Avx2.GatherMaskVector256(Vector256<double>.Zero, from, Vector128<int>.Indices * Vector128.Create((int)stride), mask, 8)
        : GatherApart(from, stride, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gather(float* from, nint stride, Vector128<float> mask) => Avx2.IsSupported && IsNear(stride)
        ? Avx2.GatherMaskVector128(Vector128<float>.Zero, from, Vector128<int>.Indices * Vector128.Create((int)stride), mask, 4)
        : FirstLanes.Gather(from, stride, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Gather(double* from, nint stride, Vector128<double> mask) => Avx2.IsSupported && IsNear(stride)
        ? Avx2.GatherMaskVector128(Vector128<double>.Zero, from, Vector128<int>.Indices * Vector128.Create((int)stride), mask, 8)
        : GatherApart(from, stride, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector512<float> value, float* to, nint stride, Vector512<float> mask)
    {
        if (stride == 2 && PairedMemory.Has512) PairedMemory.Scatter(value, to, mask);
        else StoreApart(value, to, stride, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector512<double> value, double* to, nint stride, Vector512<double> mask)
    {
        if (stride == 2 && PairedMemory.Has512) PairedMemory.Scatter(value, to, mask);
        else StoreApart(value, to, stride, mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector256<float> value, float* to, nint stride, Vector256<float> mask)
    {
        if (stride == 2 && PairedMemory.Has256) PairedMemory.Scatter(value, to, mask);
        else StoreApart(value, to, stride, mask);
    }

    public static void Scatter(Vector256<double> value, double* to, nint stride, Vector256<double> mask) => StoreApart(value, to, stride, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector128<float> value, float* to, nint stride, Vector128<float> mask) => FirstLanes.Scatter(value, to, stride, mask);

    public static void Scatter(Vector128<double> value, double* to, nint stride, Vector128<double> mask) => StoreApart(value, to, stride, mask);

    /// <summary>So that the distance of every lane is an int.</summary>
    private static bool IsNear(nint stride) => stride is > -(1 << 27) and < 1 << 27;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> GatherApart(float* from, nint stride, Vector256<float> mask)
    {
        Vector256<float> value = default;
        Elementwise.Gather((float*)&value, from, stride, (float*)&mask, Vector256<float>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> GatherApart(double* from, nint stride, Vector256<double> mask)
    {
        Vector256<double> value = default;
        Elementwise.Gather((double*)&value, from, stride, (double*)&mask, Vector256<double>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<double> GatherApart(double* from, nint stride, Vector128<double> mask)
    {
        Vector128<double> value = default;
        Elementwise.Gather((double*)&value, from, stride, (double*)&mask, Vector128<double>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadApart(float* from, Vector512<float> mask)
    {
        Vector512<float> value = default;
        Elementwise.Gather((float*)&value, from, 1, (float*)&mask, Vector512<float>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreApart(Vector512<float> value, float* to, nint stride, Vector512<float> mask) => Elementwise.Scatter((float*)&value, to, stride, (float*)&mask, Vector512<float>.Count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> LoadApart(double* from, Vector512<double> mask)
    {
        Vector512<double> value = default;
        Elementwise.Gather((double*)&value, from, 1, (double*)&mask, Vector512<double>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreApart(Vector512<double> value, double* to, nint stride, Vector512<double> mask) => Elementwise.Scatter((double*)&value, to, stride, (double*)&mask, Vector512<double>.Count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> LoadApart(float* from, Vector256<float> mask)
    {
        Vector256<float> value = default;
        Elementwise.Gather((float*)&value, from, 1, (float*)&mask, Vector256<float>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreApart(Vector256<float> value, float* to, nint stride, Vector256<float> mask) => Elementwise.Scatter((float*)&value, to, stride, (float*)&mask, Vector256<float>.Count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> LoadApart(double* from, Vector256<double> mask)
    {
        Vector256<double> value = default;
        Elementwise.Gather((double*)&value, from, 1, (double*)&mask, Vector256<double>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreApart(Vector256<double> value, double* to, nint stride, Vector256<double> mask) => Elementwise.Scatter((double*)&value, to, stride, (double*)&mask, Vector256<double>.Count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<double> LoadApart(double* from, Vector128<double> mask)
    {
        Vector128<double> value = default;
        Elementwise.Gather((double*)&value, from, 1, (double*)&mask, Vector128<double>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreApart(Vector128<double> value, double* to, nint stride, Vector128<double> mask) => Elementwise.Scatter((double*)&value, to, stride, (double*)&mask, Vector128<double>.Count);
}
