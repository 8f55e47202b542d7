using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Numerics;

/// <summary>
/// 2^x for float32: 2^floor(x) times a polynomial of degree 5 in the rest, with relative error 8.3e-8 before rounding and
/// the value 1 at 0. AVX-512 takes the floor off and scales in one instruction each; the general form does the same in steps
/// and gives the same bits where both multiply and add in one rounding.
/// </summary>
internal static class Power2
{
    // In the instruction: keep no bits of the fraction, round down, raise nothing.
    private const byte Floor = 0x09;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        if (Avx512DQ.IsSupported)
        {
            Vector512<float> r = Avx512DQ.Reduce(x, Floor);
            Vector512<float> p = Vector512.Create(0.001866404083557427f);
            p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.009018892422318459f));
            p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.055798232555389404f));
            p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.24016506969928741f));
            p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.6931512355804443f));
            return Avx512F.Scale(Vector512.MultiplyAddEstimate(p, r, Vector512<float>.One), x);
        }

        return Vector512.Create(Of(x.GetLower()), Of(x.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        if (Avx512DQ.VL.IsSupported)
        {
            Vector256<float> rest = Avx512DQ.VL.Reduce(x, Floor);
            return Avx512F.VL.Scale(Polynomial(rest), x);
        }

        Vector256<float> bounded = Vector256.MaxNative(Vector256.Create(-151f), Vector256.MinNative(Vector256.Create(129f), x));
        Vector256<float> floor = Vector256.Floor(bounded);
        Vector256<int> n = Vector256.ConvertToInt32Native(floor), half = n >> 1;
        Vector256<float> first = ((half + Vector256.Create(127)) << 23).AsSingle();
        Vector256<float> second = ((n - half + Vector256.Create(127)) << 23).AsSingle();
        return Polynomial(bounded - floor) * first * second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> x)
    {
        if (Avx512DQ.VL.IsSupported)
        {
            Vector128<float> rest = Avx512DQ.VL.Reduce(x, Floor);
            return Avx512F.VL.Scale(Polynomial(rest), x);
        }

        Vector128<float> bounded = Vector128.MaxNative(Vector128.Create(-151f), Vector128.MinNative(Vector128.Create(129f), x));
        Vector128<float> floor = Vector128.Floor(bounded);
        Vector128<int> n = Vector128.ConvertToInt32Native(floor), half = n >> 1;
        Vector128<float> first = ((half + Vector128.Create(127)) << 23).AsSingle();
        Vector128<float> second = ((n - half + Vector128.Create(127)) << 23).AsSingle();
        return Polynomial(bounded - floor) * first * second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Polynomial(Vector256<float> r)
    {
        Vector256<float> p = Vector256.Create(0.001866404083557427f);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.009018892422318459f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.055798232555389404f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.24016506969928741f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.6931512355804443f));
        return Vector256.MultiplyAddEstimate(p, r, Vector256<float>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Polynomial(Vector128<float> r)
    {
        Vector128<float> p = Vector128.Create(0.001866404083557427f);
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.009018892422318459f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.055798232555389404f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.24016506969928741f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.6931512355804443f));
        return Vector128.MultiplyAddEstimate(p, r, Vector128<float>.One);
    }
}
