using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Layer normalisation of rows.</summary>
internal static unsafe class LayerNormRows
{
    private const float Epsilon = 1e-5f;

    /// <summary>hat = (x - mean)·inverse deviation, both kept; to = hat·weight + bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* x, float* weight, float* bias, float* hat, float* inverse, float* to, nint width, nint rows)
    {
        for (nint row = 0; row < rows; row++, x += width, hat += width, to += width)
        {
            V mean = default, square = default;
            for (nint i = 0; i < width; i += W) mean += Load(x + i);
            mean = Vector512.Create(Vector512.Sum(mean) / width);
            for (nint i = 0; i < width; i += W)
            {
                V v = Load(x + i) - mean;
                square = Fma(v, v, square);
            }

            inverse[row] = 1 / MathF.Sqrt(Vector512.Sum(square) / width + Epsilon);
            V scale = Vector512.Create(inverse[row]);
            for (nint i = 0; i < width; i += W)
            {
                V v = (Load(x + i) - mean) * scale;
                Store(v, hat + i);
                Store(Fma(v, Load(weight + i), Load(bias + i)), to + i);
            }
        }
    }

    /// <summary>to = hat·weight + bias once more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Again(float* hat, float* weight, float* bias, float* to, nint width, nint rows)
    {
        for (nint row = 0; row < rows; row++, hat += width, to += width)
        {
            for (nint i = 0; i < width; i += W) Store(Fma(Load(hat + i), Load(weight + i), Load(bias + i)), to + i);
        }
    }

    /// <summary>Adds to dx what comes back through the normalisation: inverse·(g - mean g - hat·mean(g·hat)) with g = back·weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(float* back, float* hat, float* inverse, float* weight, float* dx, nint width, nint rows)
    {
        for (nint row = 0; row < rows; row++, back += width, hat += width, dx += width)
        {
            V sum = default, along = default;
            for (nint i = 0; i < width; i += W)
            {
                V g = Load(back + i) * Load(weight + i);
                sum += g;
                along = Fma(g, Load(hat + i), along);
            }

            V scale = Vector512.Create(inverse[row]), mean = Vector512.Create(Vector512.Sum(sum) / width), slope = Vector512.Create(Vector512.Sum(along) / width);
            for (nint i = 0; i < width; i += W)
            {
                V g = Fma(Load(back + i), Load(weight + i), -mean);
                Store(Fma(scale, g - slope * Load(hat + i), Load(dx + i)), dx + i);
            }
        }
    }
}
