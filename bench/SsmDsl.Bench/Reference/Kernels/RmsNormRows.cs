using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Root mean square normalisation of rows.</summary>
internal static unsafe class RmsNormRows
{
    private const float Epsilon = 1e-5f;

    /// <summary>to = x·inverse·weight, inverse = 1/√(mean x² + ε), which is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* x, float* weight, float* inverse, float* to, nint width, nint rows)
    {
        for (nint row = 0; row < rows; row++, x += width, to += width)
        {
            V square = default;
            for (nint i = 0; i < width; i += W) square = Fma(Load(x + i), Load(x + i), square);
            inverse[row] = 1 / MathF.Sqrt(Vector512.Sum(square) / width + Epsilon);
            V scale = Vector512.Create(inverse[row]);
            for (nint i = 0; i < width; i += W) Store(Load(x + i) * scale * Load(weight + i), to + i);
        }
    }

    /// <summary>
    /// dx (+)= inverse·(g - x·inverse²·mean(g·x)) with g = back·weight; Σ back·x·inverse is added to the gradient of the weight.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(float* back, float* x, float* weight, float* inverse, float* dx, float* dWeight, nint width, nint rows, bool add)
    {
        for (nint row = 0; row < rows; row++, back += width, x += width, dx += width)
        {
            V along = default, scale = Vector512.Create(inverse[row]);
            for (nint i = 0; i < width; i += W)
            {
                V gx = Load(back + i) * Load(x + i);
                along = Fma(gx, Load(weight + i), along);
                Store(Fma(gx, scale, Load(dWeight + i)), dWeight + i);
            }

            V slope = Vector512.Create(Vector512.Sum(along) / width * inverse[row] * inverse[row]);
            for (nint i = 0; i < width; i += W)
            {
                V g = NegatedFma(slope, Load(x + i), Load(back + i) * Load(weight + i));
                Store(add ? Fma(scale, g, Load(dx + i)) : scale * g, dx + i);
            }
        }
    }
}
