using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vector512 = System.Runtime.Intrinsics.Vector512;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>Causal convolution of four taps along rows, then silu. Rows before the first are there and zero.</summary>
internal static unsafe class ConvolutionRows
{
    /// <summary>before[t] = bias + Σ taps[k]·x[t-3+k], to = silu(before); taps as [4][width].</summary>
    /// <param name="row">From row to row of x.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* x, nint row, float* taps, float* bias, float* before, float* to, nint width, nint rows)
    {
        for (; rows > 0; rows--, x += row, before += width, to += width)
        {
            for (nint i = 0; i < width; i += W)
            {
                V sum = Fma(Load(taps + 3 * width + i), Load(x + i), Load(bias + i));
                sum = Fma(Load(taps + 2 * width + i), Load(x - row + i), sum);
                sum = Fma(Load(taps + width + i), Load(x - 2 * row + i), sum);
                sum = Fma(Load(taps + i), Load(x - 3 * row + i), sum);
                Store(sum, before + i);
                Store(Silu(sum), to + i);
            }
        }
    }

    /// <summary>What comes back through silu, in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BackSilu(float* before, float* back, nint count)
    {
        for (nint i = 0; i < count; i += W)
        {
            V x = Load(before + i), s = Sigmoid(x);
            Store(Load(back + i) * s * Fma(x, Vector512.Create(1f) - s, Vector512.Create(1f)), back + i);
        }
    }

    /// <summary>dx[t] = Σ taps[k]·back[t+3-k]; back has three rows of zeros at its end. Gradients of taps and bias are added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(float* x, float* back, nint row, float* taps, float* dx, float* dTaps, float* dBias, nint width, nint rows)
    {
        for (nint i = 0; i < width; i += W)
        {
            V t0 = Load(taps + i), t1 = Load(taps + width + i), t2 = Load(taps + 2 * width + i), t3 = Load(taps + 3 * width + i);
            V s0 = Load(dTaps + i), s1 = Load(dTaps + width + i), s2 = Load(dTaps + 2 * width + i), s3 = Load(dTaps + 3 * width + i), b = Load(dBias + i);
            for (nint t = 0; t < rows; t++)
            {
                float* g = back + t * width + i, from = x + t * row + i;
                V now = Load(g);
                Store(Fma(t3, now, Fma(t2, Load(g + width), Fma(t1, Load(g + 2 * width), t0 * Load(g + 3 * width)))), dx + t * row + i);
                b += now;
                s3 = Fma(now, Load(from), s3);
                s2 = Fma(now, Load(from - row), s2);
                s1 = Fma(now, Load(from - 2 * row), s1);
                s0 = Fma(now, Load(from - 3 * row), s0);
            }

            Store(s0, dTaps + i);
            Store(s1, dTaps + width + i);
            Store(s2, dTaps + 2 * width + i);
            Store(s3, dTaps + 3 * width + i);
            Store(b, dBias + i);
        }
    }
}
