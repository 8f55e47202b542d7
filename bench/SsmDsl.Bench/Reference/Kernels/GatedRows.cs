using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>s·silu(z) by elements, and softplus.</summary>
internal static unsafe class GatedRows
{
    /// <summary>to = s·silu(z), rows of z <paramref name="row"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* s, float* z, nint row, float* to, nint width, nint rows)
    {
        for (; rows > 0; rows--, s += width, z += row, to += width)
        {
            for (nint i = 0; i < width; i += W) Store(Load(s + i) * Silu(Load(z + i)), to + i);
        }
    }

    /// <summary>Gradients of s, in the place of what comes back, and of z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(float* s, float* z, nint row, float* back, float* dz, nint width, nint rows)
    {
        for (; rows > 0; rows--, s += width, z += row, back += width, dz += row)
        {
            for (nint i = 0; i < width; i += W)
            {
                V x = Load(z + i), gate = Sigmoid(x), g = Load(back + i);
                Store(g * Load(s + i) * gate * Fma(x, Vector512.Create(1f) - gate, Vector512.Create(1f)), dz + i);
                Store(g * x * gate, back + i);
            }
        }
    }

    /// <summary>softplus in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunSoftplus(float* x, nint count)
    {
        for (nint i = 0; i < count; i += W) Store(Softplus(Load(x + i)), x + i);
    }

    /// <summary>What comes back through softplus, in its place, from its values: times 1 - exp(-value).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BackSoftplus(float* values, float* back, nint count)
    {
        for (nint i = 0; i < count; i += W) Store(Load(back + i) * (Vector512.Create(1f) - Exp2(Load(values + i) * Vector512.Create(-Log2E))), back + i);
    }
}
