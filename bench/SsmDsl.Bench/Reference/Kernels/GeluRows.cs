using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>GELU of consecutive values.</summary>
internal static unsafe class GeluRows
{
    /// <summary>x·Φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* from, float* to, nint count)
    {
        for (nint i = 0; i < count; i += W)
        {
            V x = Load(from + i);
            Store(x * Normal(x, Bell(x)), to + i);
        }
    }

    /// <summary>Multiplies what comes back by Φ(x) + x·φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(float* at, float* back, nint count)
    {
        for (nint i = 0; i < count; i += W)
        {
            V x = Load(at + i), bell = Bell(x);
            Store(Load(back + i) * Fma(x * Vector512.Create(0.39894228f), bell, Normal(x, bell)), back + i);
        }
    }
}
