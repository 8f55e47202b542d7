using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Products of a matrix and a vector: the matrix is one stream of memory.</summary>
internal static unsafe class RowProducts
{
    /// <summary>Bytes by which memory is asked for ahead of its use.</summary>
    private const int Ahead = 8192;

    /// <summary>to[i] = Σ weights[i][k]·x[k] for the rows from first to end; the depth is a multiple of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* weights, nint depth, float* x, float* to, nint first, nint end)
    {
        float* w = weights + first * depth;
        for (nint i = first; i < end; i++)
        {
            V a = default, b = default, c = default, d = default;
            for (nint k = 0; k < depth; k += 4 * W, w += 4 * W)
            {
                Prefetch(w);
                a = Fma(Load(w), Load(x + k), a);
                b = Fma(Load(w + W), Load(x + k + W), b);
                c = Fma(Load(w + 2 * W), Load(x + k + 2 * W), c);
                d = Fma(Load(w + 3 * W), Load(x + k + 3 * W), d);
            }

            to[i] = Vector512.Sum(a + b + (c + d));
        }
    }

    /// <summary>What four vectors further on will be needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* w)
    {
        if (!Sse.IsSupported) return;
        for (int line = 0; line < 4 * W * sizeof(float); line += 64) Sse.Prefetch0((byte*)w + Ahead + line);
    }
}
