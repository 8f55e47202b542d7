using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Numerics;

/// <content>Columns that are contiguous in k become rows of a panel, square by square.</content>
public static unsafe partial class MatrixProduct
{
    /// <summary>Whole squares of 4 × 4, those of 16 × 16 first; returns how far k got.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Transpose(float* panel, int columns, int width, nint depth, float* b, nint bj)
    {
        int left = 0;
        nint most = depth / 4 * 4;
        if (Avx512F.IsSupported)
        {
            nint squares = depth / 16 * 16;
            for (; left + 16 <= width; left += 16)
            {
                for (nint k = 0; k < squares; k += 16) Square16(b + left * bj + k, bj, panel + k * columns + left, columns);
                for (nint k = squares; k < most; k += 4)
                {
                    for (int j = left; j < left + 16; j += 4) Square4(b + j * bj + k, bj, panel + k * columns + j, columns);
                }
            }
        }

        for (int j = left; j + 4 <= width; j += 4)
        {
            for (nint k = 0; k < most; k += 4) Square4(b + j * bj + k, bj, panel + k * columns + j, columns);
        }

        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square4(float* from, nint bj, float* to, int columns)
    {
        Vector128<float> r0 = Vector128.Load(from), r1 = Vector128.Load(from + bj), r2 = Vector128.Load(from + 2 * bj), r3 = Vector128.Load(from + 3 * bj);
        Vector128<float> low01 = Sse.UnpackLow(r0, r1), high01 = Sse.UnpackHigh(r0, r1), low23 = Sse.UnpackLow(r2, r3), high23 = Sse.UnpackHigh(r2, r3);
        Sse.MoveLowToHigh(low01, low23).Store(to);
        Sse.MoveHighToLow(low23, low01).Store(to + columns);
        Sse.MoveLowToHigh(high01, high23).Store(to + 2 * columns);
        Sse.MoveHighToLow(high23, high01).Store(to + 3 * columns);
    }

    /// <summary>Four times four rows: first within their quarters, then the quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square16(float* from, nint bj, float* to, int columns)
    {
        Quarters(from, bj, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        Quarters(from + 4 * bj, bj, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        Quarters(from + 8 * bj, bj, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
        Quarters(from + 12 * bj, bj, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
        Join(a0, b0, c0, d0, to, 4 * columns);
        Join(a1, b1, c1, d1, to + columns, 4 * columns);
        Join(a2, b2, c2, d2, to + 2 * columns, 4 * columns);
        Join(a3, b3, c3, d3, to + 3 * columns, 4 * columns);
    }

    /// <summary>Of four rows: the elements k, k + 4, k + 8 and k + 12 of all, for k = 0 … 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(float* from, nint bj, out Vector512<float> k0, out Vector512<float> k1, out Vector512<float> k2, out Vector512<float> k3)
    {
        Vector512<float> r0 = Vector512.Load(from), r1 = Vector512.Load(from + bj), r2 = Vector512.Load(from + 2 * bj), r3 = Vector512.Load(from + 3 * bj);
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        k0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        k1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        k2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        k3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Four rows of the panel, from quarters of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* to, nint step)
    {
        Vector512<float> evenLow = Avx512F.Shuffle4x128(a, b, 0b10_00_10_00), evenHigh = Avx512F.Shuffle4x128(c, d, 0b10_00_10_00);
        Vector512<float> oddLow = Avx512F.Shuffle4x128(a, b, 0b11_01_11_01), oddHigh = Avx512F.Shuffle4x128(c, d, 0b11_01_11_01);
        Avx512F.Shuffle4x128(evenLow, evenHigh, 0b10_00_10_00).Store(to);
        Avx512F.Shuffle4x128(oddLow, oddHigh, 0b10_00_10_00).Store(to + step);
        Avx512F.Shuffle4x128(evenLow, evenHigh, 0b11_01_11_01).Store(to + 2 * step);
        Avx512F.Shuffle4x128(oddLow, oddHigh, 0b11_01_11_01).Store(to + 3 * step);
    }
}
