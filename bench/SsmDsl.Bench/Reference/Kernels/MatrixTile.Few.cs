using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Six rows by two vectors in twelve registers; what is left two rows at a time.</content>
internal static unsafe partial class MatrixTile
{
    private static void Run(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint rows, nint depth, float* bias, bool add)
    {
        for (; rows >= 6; rows -= 6, a += 6 * lda, c += 6 * ldc) Six(a, lda, b, ldb, c, ldc, depth, bias, add);
        for (; rows > 0; rows -= 2, a += 2 * lda, c += 2 * ldc) Two(a, lda, b, ldb, c, ldc, depth, bias, add);
    }

    private static void RunTurned(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint rows, nint depth)
    {
        for (; rows >= 6; rows -= 6, a += 6, c += 6 * ldc) SixTurned(a, lda, b, ldb, c, ldc, depth);
        for (; rows > 0; rows -= 2, a += 2, c += 2 * ldc) TwoTurned(a, lda, b, ldb, c, ldc, depth);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint depth, float* bias, bool add)
    {
        V e, first = bias == null ? default : Load(bias), second = bias == null ? default : Load(bias + W);
        V v00 = first, v10 = first, v20 = first, v30 = first, v40 = first, v50 = first;
        V v01 = second, v11 = second, v21 = second, v31 = second, v41 = second, v51 = second;
        if (add)
        {
            v00 = Load(c + 0 * ldc);
            v01 = Load(c + 0 * ldc + W);
            v10 = Load(c + 1 * ldc);
            v11 = Load(c + 1 * ldc + W);
            v20 = Load(c + 2 * ldc);
            v21 = Load(c + 2 * ldc + W);
            v30 = Load(c + 3 * ldc);
            v31 = Load(c + 3 * ldc + W);
            v40 = Load(c + 4 * ldc);
            v41 = Load(c + 4 * ldc + W);
            v50 = Load(c + 5 * ldc);
            v51 = Load(c + 5 * ldc + W);
        }

        float* a0 = a, a1 = a + 1 * lda, a2 = a + 2 * lda, a3 = a + 3 * lda, a4 = a + 4 * lda, a5 = a + 5 * lda;
        for (nint k = 0; k < depth; k++, b += ldb)
        {
            V b0 = Load(b), b1 = Load(b + W);
            e = All(a0 + k);
            v00 = Fma(e, b0, v00);
            v01 = Fma(e, b1, v01);
            e = All(a1 + k);
            v10 = Fma(e, b0, v10);
            v11 = Fma(e, b1, v11);
            e = All(a2 + k);
            v20 = Fma(e, b0, v20);
            v21 = Fma(e, b1, v21);
            e = All(a3 + k);
            v30 = Fma(e, b0, v30);
            v31 = Fma(e, b1, v31);
            e = All(a4 + k);
            v40 = Fma(e, b0, v40);
            v41 = Fma(e, b1, v41);
            e = All(a5 + k);
            v50 = Fma(e, b0, v50);
            v51 = Fma(e, b1, v51);
        }

        Store(v00, c + 0 * ldc);
        Store(v01, c + 0 * ldc + W);
        Store(v10, c + 1 * ldc);
        Store(v11, c + 1 * ldc + W);
        Store(v20, c + 2 * ldc);
        Store(v21, c + 2 * ldc + W);
        Store(v30, c + 3 * ldc);
        Store(v31, c + 3 * ldc + W);
        Store(v40, c + 4 * ldc);
        Store(v41, c + 4 * ldc + W);
        Store(v50, c + 5 * ldc);
        Store(v51, c + 5 * ldc + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixTurned(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint depth)
    {
        V e;
        V v00 = Load(c + 0 * ldc), v01 = Load(c + 0 * ldc + W);
        V v10 = Load(c + 1 * ldc), v11 = Load(c + 1 * ldc + W);
        V v20 = Load(c + 2 * ldc), v21 = Load(c + 2 * ldc + W);
        V v30 = Load(c + 3 * ldc), v31 = Load(c + 3 * ldc + W);
        V v40 = Load(c + 4 * ldc), v41 = Load(c + 4 * ldc + W);
        V v50 = Load(c + 5 * ldc), v51 = Load(c + 5 * ldc + W);
        for (nint k = 0; k < depth; k++, b += ldb, a += lda)
        {
            V b0 = Load(b), b1 = Load(b + W);
            e = All(a + 0);
            v00 = Fma(e, b0, v00);
            v01 = Fma(e, b1, v01);
            e = All(a + 1);
            v10 = Fma(e, b0, v10);
            v11 = Fma(e, b1, v11);
            e = All(a + 2);
            v20 = Fma(e, b0, v20);
            v21 = Fma(e, b1, v21);
            e = All(a + 3);
            v30 = Fma(e, b0, v30);
            v31 = Fma(e, b1, v31);
            e = All(a + 4);
            v40 = Fma(e, b0, v40);
            v41 = Fma(e, b1, v41);
            e = All(a + 5);
            v50 = Fma(e, b0, v50);
            v51 = Fma(e, b1, v51);
        }

        Store(v00, c + 0 * ldc);
        Store(v01, c + 0 * ldc + W);
        Store(v10, c + 1 * ldc);
        Store(v11, c + 1 * ldc + W);
        Store(v20, c + 2 * ldc);
        Store(v21, c + 2 * ldc + W);
        Store(v30, c + 3 * ldc);
        Store(v31, c + 3 * ldc + W);
        Store(v40, c + 4 * ldc);
        Store(v41, c + 4 * ldc + W);
        Store(v50, c + 5 * ldc);
        Store(v51, c + 5 * ldc + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint depth, float* bias, bool add)
    {
        V e, first = bias == null ? default : Load(bias), second = bias == null ? default : Load(bias + W);
        V v00 = first, v10 = first;
        V v01 = second, v11 = second;
        if (add)
        {
            v00 = Load(c + 0 * ldc);
            v01 = Load(c + 0 * ldc + W);
            v10 = Load(c + 1 * ldc);
            v11 = Load(c + 1 * ldc + W);
        }

        float* a0 = a, a1 = a + 1 * lda;
        for (nint k = 0; k < depth; k++, b += ldb)
        {
            V b0 = Load(b), b1 = Load(b + W);
            e = All(a0 + k);
            v00 = Fma(e, b0, v00);
            v01 = Fma(e, b1, v01);
            e = All(a1 + k);
            v10 = Fma(e, b0, v10);
            v11 = Fma(e, b1, v11);
        }

        Store(v00, c + 0 * ldc);
        Store(v01, c + 0 * ldc + W);
        Store(v10, c + 1 * ldc);
        Store(v11, c + 1 * ldc + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoTurned(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint depth)
    {
        V e;
        V v00 = Load(c + 0 * ldc), v01 = Load(c + 0 * ldc + W);
        V v10 = Load(c + 1 * ldc), v11 = Load(c + 1 * ldc + W);
        for (nint k = 0; k < depth; k++, b += ldb, a += lda)
        {
            V b0 = Load(b), b1 = Load(b + W);
            e = All(a + 0);
            v00 = Fma(e, b0, v00);
            v01 = Fma(e, b1, v01);
            e = All(a + 1);
            v10 = Fma(e, b0, v10);
            v11 = Fma(e, b1, v11);
        }

        Store(v00, c + 0 * ldc);
        Store(v01, c + 0 * ldc + W);
        Store(v10, c + 1 * ldc);
        Store(v11, c + 1 * ldc + W);
    }
}
