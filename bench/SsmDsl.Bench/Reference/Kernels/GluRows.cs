using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Gated linear units: rows z = (value, gate) of twice the width.</summary>
internal static unsafe class GluRows
{
    /// <summary>Adds value·σ(gate) to x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* z, float* x, nint width, nint rows)
    {
        for (; rows > 0; rows--, z += 2 * width, x += width)
        {
            for (nint i = 0; i < width; i += W) Store(Fma(Load(z + i), Sigmoid(Load(z + width + i)), Load(x + i)), x + i);
        }
    }

    /// <summary>Gradients of z from those of what was added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(float* z, float* dx, float* dz, nint width, nint rows)
    {
        for (; rows > 0; rows--, z += 2 * width, dz += 2 * width, dx += width)
        {
            for (nint i = 0; i < width; i += W)
            {
                V gate = Sigmoid(Load(z + width + i)), value = Load(dx + i) * gate;
                Store(value, dz + i);
                Store(value * (Vector512.Create(1f) - gate) * Load(z + i), dz + width + i);
            }
        }
    }
}
