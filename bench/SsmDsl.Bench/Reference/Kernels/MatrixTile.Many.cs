using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Eight rows by two vectors in sixteen registers.</content>
internal static unsafe partial class MatrixTile
{
    private static void Run(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint rows, nint depth, float* bias, bool add)
    {
        for (; rows > 0; rows -= 8, a += 8 * lda, c += 8 * ldc) Eight(a, lda, b, ldb, c, ldc, depth, bias, add);
    }

    private static void RunTurned(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint rows, nint depth)
    {
        for (; rows > 0; rows -= 8, a += 8, c += 8 * ldc) EightTurned(a, lda, b, ldb, c, ldc, depth);
    }

    /// <summary>c = bias + a·b, or c + a·b: a [8, depth] with rows lda apart, b [depth, 2 W] with rows ldb apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint depth, float* bias, bool add)
    {
        V e, first = bias == null ? default : Load(bias), second = bias == null ? default : Load(bias + W);
        V v00 = first, v10 = first, v20 = first, v30 = first, v40 = first, v50 = first, v60 = first, v70 = first;
        V v01 = second, v11 = second, v21 = second, v31 = second, v41 = second, v51 = second, v61 = second, v71 = second;
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
            v60 = Load(c + 6 * ldc);
            v61 = Load(c + 6 * ldc + W);
            v70 = Load(c + 7 * ldc);
            v71 = Load(c + 7 * ldc + W);
        }

        float* a0 = a + 0 * lda, a1 = a + 1 * lda, a2 = a + 2 * lda, a3 = a + 3 * lda, a4 = a + 4 * lda, a5 = a + 5 * lda, a6 = a + 6 * lda, a7 = a + 7 * lda;
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
            e = All(a6 + k);
            v60 = Fma(e, b0, v60);
            v61 = Fma(e, b1, v61);
            e = All(a7 + k);
            v70 = Fma(e, b0, v70);
            v71 = Fma(e, b1, v71);
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
        Store(v60, c + 6 * ldc);
        Store(v61, c + 6 * ldc + W);
        Store(v70, c + 7 * ldc);
        Store(v71, c + 7 * ldc + W);
    }

    /// <summary>c + a·b with a [depth, 8], rows lda apart: for gradients of weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightTurned(float* a, nint lda, float* b, nint ldb, float* c, nint ldc, nint depth)
    {
        V e;
        V v00 = Load(c + 0 * ldc), v01 = Load(c + 0 * ldc + W);
        V v10 = Load(c + 1 * ldc), v11 = Load(c + 1 * ldc + W);
        V v20 = Load(c + 2 * ldc), v21 = Load(c + 2 * ldc + W);
        V v30 = Load(c + 3 * ldc), v31 = Load(c + 3 * ldc + W);
        V v40 = Load(c + 4 * ldc), v41 = Load(c + 4 * ldc + W);
        V v50 = Load(c + 5 * ldc), v51 = Load(c + 5 * ldc + W);
        V v60 = Load(c + 6 * ldc), v61 = Load(c + 6 * ldc + W);
        V v70 = Load(c + 7 * ldc), v71 = Load(c + 7 * ldc + W);
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
            e = All(a + 6);
            v60 = Fma(e, b0, v60);
            v61 = Fma(e, b1, v61);
            e = All(a + 7);
            v70 = Fma(e, b0, v70);
            v71 = Fma(e, b1, v71);
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
        Store(v60, c + 6 * ldc);
        Store(v61, c + 6 * ldc + W);
        Store(v70, c + 7 * ldc);
        Store(v71, c + 7 * ldc + W);
    }
}
