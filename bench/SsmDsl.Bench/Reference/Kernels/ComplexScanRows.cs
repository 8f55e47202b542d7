using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>h = λ·h₋ + x along rows of N real parts and N imaginary ones, two vectors side by side.</summary>
internal static unsafe class ComplexScanRows
{
    /// <summary>The row before <paramref name="h"/> holds the state before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* x, float* h, float* lambda, int n, nint rows)
    {
        for (int i = 0; i < n; i += 2 * W)
        {
            V r0 = Load(lambda + i), r1 = Load(lambda + i + W), i0 = Load(lambda + n + i), i1 = Load(lambda + n + i + W);
            float* from = x + i, re = h - 2 * n + i, im = re + n;
            V p0 = Load(re), p1 = Load(re + W), q0 = Load(im), q1 = Load(im + W);
            for (nint row = 0; row < rows; row++, from += 2 * n)
            {
                re += 2 * n;
                im += 2 * n;
                (p0, q0) = (Fma(r0, p0, Load(from)) - i0 * q0, Fma(r0, q0, Fma(i0, p0, Load(from + n))));
                (p1, q1) = (Fma(r1, p1, Load(from + W)) - i1 * q1, Fma(r1, q1, Fma(i1, p1, Load(from + n + W))));
                Store(p0, re);
                Store(p1, re + W);
                Store(q0, im);
                Store(q1, im + W);
            }
        }
    }

    /// <summary>
    /// From the last row to the first: gradients of states become those of x, in their place. <paramref name="carry"/> is the gradient of
    /// the row after, then that of the first; gradients of λ are added to <paramref name="sums"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(float* back, float* h, float* lambda, float* carry, float* sums, int n, nint rows)
    {
        for (int i = 0; i < n; i += 2 * W)
        {
            V r0 = Load(lambda + i), r1 = Load(lambda + i + W), i0 = Load(lambda + n + i), i1 = Load(lambda + n + i + W);
            V p0 = Load(carry + i), p1 = Load(carry + i + W), q0 = Load(carry + n + i), q1 = Load(carry + n + i + W);
            V s0 = Load(sums + i), s1 = Load(sums + i + W), u0 = Load(sums + n + i), u1 = Load(sums + n + i + W);
            float* at = back + (rows - 1) * 2 * n + i, past = h + (rows - 2) * 2 * n + i;
            for (nint row = 0; row < rows; row++, at -= 2 * n, past -= 2 * n)
            {
                (p0, q0) = (Fma(r0, p0, Fma(i0, q0, Load(at))), Fma(r0, q0, Load(at + n)) - i0 * p0);
                (p1, q1) = (Fma(r1, p1, Fma(i1, q1, Load(at + W))), Fma(r1, q1, Load(at + n + W)) - i1 * p1);
                Store(p0, at);
                Store(p1, at + W);
                Store(q0, at + n);
                Store(q1, at + n + W);
                V h0 = Load(past), h1 = Load(past + W), k0 = Load(past + n), k1 = Load(past + n + W);
                s0 = Fma(p0, h0, Fma(q0, k0, s0));
                s1 = Fma(p1, h1, Fma(q1, k1, s1));
                u0 = Fma(q0, h0, u0) - p0 * k0;
                u1 = Fma(q1, h1, u1) - p1 * k1;
            }

            Store(p0, carry + i);
            Store(p1, carry + i + W);
            Store(q0, carry + n + i);
            Store(q1, carry + n + i + W);
            Store(s0, sums + i);
            Store(s1, sums + i + W);
            Store(u0, sums + n + i);
            Store(u1, sums + n + i + W);
        }
    }
}
