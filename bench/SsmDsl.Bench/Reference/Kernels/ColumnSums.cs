using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Sums over rows.</summary>
internal static unsafe class ColumnSums
{
    /// <summary>Adds Σ a over [rows, n].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* a, nint n, nint rows, float* to)
    {
        for (nint j = 0; j < n; j += W)
        {
            V sum = Load(to + j);
            for (nint i = 0; i < rows; i++) sum += Load(a + i * n + j);
            Store(sum, to + j);
        }
    }

    /// <summary>Adds Σ a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProduct(float* a, float* b, nint n, nint rows, float* to)
    {
        for (nint j = 0; j < n; j += W)
        {
            V sum = Load(to + j);
            for (nint i = 0; i < rows; i++) sum = Fma(Load(a + i * n + j), Load(b + i * n + j), sum);
            Store(sum, to + j);
        }
    }
}
