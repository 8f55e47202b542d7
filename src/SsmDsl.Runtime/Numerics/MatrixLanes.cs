using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Numerics;

/// <summary>The few vector operations that matrix products need, for one element type and width.</summary>
internal unsafe interface ILanes<T, V>
    where T : unmanaged
    where V : unmanaged
{
    static abstract int Width { get; }

    static abstract V Load(T* from);

    static abstract void Store(V value, T* to);

    static abstract V Broadcast(T value);

    static abstract V MultiplyAdd(V a, V b, V c);

    static abstract V Add(V a, V b);

    static abstract T Add(T a, T b);

    /// <summary>The sums of the elements of each, one after the other.</summary>
    static abstract void Totals(V s0, V s1, V s2, V s3, V s4, V s5, V s6, V s7, T* to);
}

internal readonly unsafe struct Lanes512Single : ILanes<float, Vector512<float>>
{
    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Totals(
        Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3,
        Vector512<float> s4, Vector512<float> s5, Vector512<float> s6, Vector512<float> s7,
        float* to)
    {
        if (!Avx512F.IsSupported)
        {
            Lanes256Single.Totals(Half(s0), Half(s1), Half(s2), Half(s3), Half(s4), Half(s5), Half(s6), Half(s7), to);
            return;
        }

        Vector256<float> low = Half(Quarters(s0, s1, s2, s3)), high = Half(Quarters(s4, s5, s6, s7));
        (Avx.Permute2x128(low, high, 0x20) + Avx.Permute2x128(low, high, 0x31)).Store(to);
    }

    /// <summary>In each quarter, the sums of the quarters of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        Vector512<double> low = (Avx512F.UnpackLow(s0, s1) + Avx512F.UnpackHigh(s0, s1)).AsDouble();
        Vector512<double> high = (Avx512F.UnpackLow(s2, s3) + Avx512F.UnpackHigh(s2, s3)).AsDouble();
        return Avx512F.UnpackLow(low, high).AsSingle() + Avx512F.UnpackHigh(low, high).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Half(Vector512<float> value) => value.GetLower() + value.GetUpper();
}

internal readonly unsafe struct Lanes512Double : ILanes<double, Vector512<double>>
{
    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> a, Vector512<double> b) => a + b;

    public static double Add(double a, double b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Totals(
        Vector512<double> s0, Vector512<double> s1, Vector512<double> s2, Vector512<double> s3,
        Vector512<double> s4, Vector512<double> s5, Vector512<double> s6, Vector512<double> s7,
        double* to)
    {
        to[0] = Vector512.Sum(s0);
        to[1] = Vector512.Sum(s1);
        to[2] = Vector512.Sum(s2);
        to[3] = Vector512.Sum(s3);
        to[4] = Vector512.Sum(s4);
        to[5] = Vector512.Sum(s5);
        to[6] = Vector512.Sum(s6);
        to[7] = Vector512.Sum(s7);
    }
}

internal readonly unsafe struct Lanes256Single : ILanes<float, Vector256<float>>
{
    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Totals(
        Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3,
        Vector256<float> s4, Vector256<float> s5, Vector256<float> s6, Vector256<float> s7,
        float* to)
    {
        if (!Avx.IsSupported)
        {
            Lanes128Single.Totals(Half(s0), Half(s1), Half(s2), Half(s3), Half(s4), Half(s5), Half(s6), Half(s7), to);
            return;
        }

        Vector256<float> low = Avx.HorizontalAdd(Avx.HorizontalAdd(s0, s1), Avx.HorizontalAdd(s2, s3));
        Vector256<float> high = Avx.HorizontalAdd(Avx.HorizontalAdd(s4, s5), Avx.HorizontalAdd(s6, s7));
        (Avx.Permute2x128(low, high, 0x20) + Avx.Permute2x128(low, high, 0x31)).Store(to);
    }

    private static Vector128<float> Half(Vector256<float> value) => value.GetLower() + value.GetUpper();
}

internal readonly unsafe struct Lanes256Double : ILanes<double, Vector256<double>>
{
    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> value, double* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b) => a + b;

    public static double Add(double a, double b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Totals(
        Vector256<double> s0, Vector256<double> s1, Vector256<double> s2, Vector256<double> s3,
        Vector256<double> s4, Vector256<double> s5, Vector256<double> s6, Vector256<double> s7,
        double* to)
    {
        to[0] = Vector256.Sum(s0);
        to[1] = Vector256.Sum(s1);
        to[2] = Vector256.Sum(s2);
        to[3] = Vector256.Sum(s3);
        to[4] = Vector256.Sum(s4);
        to[5] = Vector256.Sum(s5);
        to[6] = Vector256.Sum(s6);
        to[7] = Vector256.Sum(s7);
    }
}

internal readonly unsafe struct Lanes128Single : ILanes<float, Vector128<float>>
{
    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Totals(
        Vector128<float> s0, Vector128<float> s1, Vector128<float> s2, Vector128<float> s3,
        Vector128<float> s4, Vector128<float> s5, Vector128<float> s6, Vector128<float> s7,
        float* to)
    {
        to[0] = Vector128.Sum(s0);
        to[1] = Vector128.Sum(s1);
        to[2] = Vector128.Sum(s2);
        to[3] = Vector128.Sum(s3);
        to[4] = Vector128.Sum(s4);
        to[5] = Vector128.Sum(s5);
        to[6] = Vector128.Sum(s6);
        to[7] = Vector128.Sum(s7);
    }
}

internal readonly unsafe struct Lanes128Double : ILanes<double, Vector128<double>>
{
    public static int Width => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Load(double* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<double> value, double* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Broadcast(double value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Add(Vector128<double> a, Vector128<double> b) => a + b;

    public static double Add(double a, double b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Totals(
        Vector128<double> s0, Vector128<double> s1, Vector128<double> s2, Vector128<double> s3,
        Vector128<double> s4, Vector128<double> s5, Vector128<double> s6, Vector128<double> s7,
        double* to)
    {
        to[0] = Vector128.Sum(s0);
        to[1] = Vector128.Sum(s1);
        to[2] = Vector128.Sum(s2);
        to[3] = Vector128.Sum(s3);
        to[4] = Vector128.Sum(s4);
        to[5] = Vector128.Sum(s5);
        to[6] = Vector128.Sum(s6);
        to[7] = Vector128.Sum(s7);
    }
}
