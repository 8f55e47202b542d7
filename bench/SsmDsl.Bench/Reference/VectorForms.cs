using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Bench.Reference;

/// <summary>What is spelled differently for vectors of 512, 256 and 128 bits.</summary>
internal static unsafe class VectorForms
{
    /// <summary>2^x: the fraction by a polynomial of degree 5, the floor by scaling.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp2(Vector512<float> x)
    {
        Vector512<float> f = Avx512DQ.Reduce(x, 0x09);
        Vector512<float> p = Vector512.Create(0.0018775767f);
        p = Avx512F.FusedMultiplyAdd(p, f, Vector512.Create(0.0089893397f));
        p = Avx512F.FusedMultiplyAdd(p, f, Vector512.Create(0.055826318f));
        p = Avx512F.FusedMultiplyAdd(p, f, Vector512.Create(0.24015361f));
        p = Avx512F.FusedMultiplyAdd(p, f, Vector512.Create(0.69315308f));
        p = Avx512F.FusedMultiplyAdd(p, f, Vector512.Create(0.99999994f));
        return Avx512F.Scale(p, x);
    }

    /// <summary>The same with x of at least -126 (smaller ones count as that), the exponent by an addition to the bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp2(Vector256<float> x)
    {
        x = Vector256.MaxNative(x, Vector256.Create(-126f));
        Vector256<float> floor = Vector256.Floor(x), f = x - floor;
        Vector256<float> p = Vector256.Create(0.0018775767f);
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(0.0089893397f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(0.055826318f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(0.24015361f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(0.69315308f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(0.99999994f));
        return (p.AsInt32() + Vector256.ShiftLeft(Vector256.ConvertToInt32Native(floor), 23)).AsSingle();
    }

    /// <inheritdoc cref="Exp2(Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp2(Vector128<float> x)
    {
        x = Vector128.MaxNative(x, Vector128.Create(-126f));
        Vector128<float> floor = Vector128.Floor(x), f = x - floor;
        Vector128<float> p = Vector128.Create(0.0018775767f);
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(0.0089893397f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(0.055826318f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(0.24015361f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(0.69315308f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(0.99999994f));
        return (p.AsInt32() + Vector128.ShiftLeft(Vector128.ConvertToInt32Native(floor), 23)).AsSingle();
    }

    /// <summary>Values 0 and 1 of each block of four of both, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> UnpackLow(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> UnpackLow(Vector256<float> a, Vector256<float> b) => Avx.UnpackLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> UnpackLow(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    /// <summary>Values 2 and 3 of each block of four of both, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> UnpackHigh(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> UnpackHigh(Vector256<float> a, Vector256<float> b) => Avx.UnpackHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> UnpackHigh(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    /// <summary>The first pair of each block of four of both, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PairsLow(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PairsLow(Vector256<float> a, Vector256<float> b) => Avx.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PairsLow(Vector128<float> a, Vector128<float> b) => Vector128.Create(a.GetLower(), b.GetLower());

    /// <summary>The second pair of each block of four of both, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PairsHigh(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PairsHigh(Vector256<float> a, Vector256<float> b) => Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PairsHigh(Vector128<float> a, Vector128<float> b) => Vector128.Create(a.GetUpper(), b.GetUpper());

    /// <summary>Four values each of places that lie <paramref name="apart"/> from each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlocks(float* from, nint apart, out Vector512<float> v)
    {
        v = Vector256.ToVector512Unsafe(Vector128.ToVector256Unsafe(Vector128.Load(from)));
        v = Avx512F.InsertVector128(v, Vector128.Load(from + apart), 1);
        v = Avx512F.InsertVector128(v, Vector128.Load(from + 2 * apart), 2);
        v = Avx512F.InsertVector128(v, Vector128.Load(from + 3 * apart), 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlocks(float* from, nint apart, out Vector256<float> v) => v = Vector256.Create(Vector128.Load(from), Vector128.Load(from + apart));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlocks(float* from, nint apart, out Vector128<float> v) => v = Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBlocks(Vector512<float> v, float* to, nint apart)
    {
        Avx512F.ExtractVector128(v, 0).Store(to);
        Avx512F.ExtractVector128(v, 1).Store(to + apart);
        Avx512F.ExtractVector128(v, 2).Store(to + 2 * apart);
        Avx512F.ExtractVector128(v, 3).Store(to + 3 * apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBlocks(Vector256<float> v, float* to, nint apart)
    {
        v.GetLower().Store(to);
        v.GetUpper().Store(to + apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBlocks(Vector128<float> v, float* to, nint apart) => v.Store(to);
}
