using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>The matrix in 16 registers.</content>
internal sealed unsafe partial class HeadReference
{
    /// <summary>h = M·h₋ + x along t, of four sequences; the row step may be negative. <paramref name="matrix"/> holds columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(float* matrix, float* x, float* h, nint steps, nint row)
    {
        nint sequence = steps * Math.Abs(row);
        V w0 = Load(matrix + 0), w1 = Load(matrix + W), w2 = Load(matrix + 2 * W), w3 = Load(matrix + 3 * W), w4 = Load(matrix + 4 * W), w5 = Load(matrix + 5 * W), w6 = Load(matrix + 6 * W), w7 = Load(matrix + 7 * W);
        V w8 = Load(matrix + 8 * W), w9 = Load(matrix + 9 * W), w10 = Load(matrix + 10 * W), w11 = Load(matrix + 11 * W), w12 = Load(matrix + 12 * W), w13 = Load(matrix + 13 * W), w14 = Load(matrix + 14 * W), w15 = Load(matrix + 15 * W);
        float* p0 = h, p1 = p0 + sequence, p2 = p1 + sequence, p3 = p2 + sequence;
        Store(Load(x + 0 * sequence), p0);
        Store(Load(x + 1 * sequence), p1);
        Store(Load(x + 2 * sequence), p2);
        Store(Load(x + 3 * sequence), p3);
        for (nint t = 1; t < steps; t++)
        {
            x += row;
            V h0a = Load(x), h1a = Load(x + sequence), h2a = Load(x + 2 * sequence), h3a = Load(x + 3 * sequence);
            V h0b = default, h1b = default, h2b = default, h3b = default;
            h0a = Fma(w0, All(p0 + 0), h0a);
            h1a = Fma(w0, All(p1 + 0), h1a);
            h2a = Fma(w0, All(p2 + 0), h2a);
            h3a = Fma(w0, All(p3 + 0), h3a);
            h0b = Fma(w1, All(p0 + 1), h0b);
            h1b = Fma(w1, All(p1 + 1), h1b);
            h2b = Fma(w1, All(p2 + 1), h2b);
            h3b = Fma(w1, All(p3 + 1), h3b);
            h0a = Fma(w2, All(p0 + 2), h0a);
            h1a = Fma(w2, All(p1 + 2), h1a);
            h2a = Fma(w2, All(p2 + 2), h2a);
            h3a = Fma(w2, All(p3 + 2), h3a);
            h0b = Fma(w3, All(p0 + 3), h0b);
            h1b = Fma(w3, All(p1 + 3), h1b);
            h2b = Fma(w3, All(p2 + 3), h2b);
            h3b = Fma(w3, All(p3 + 3), h3b);
            h0a = Fma(w4, All(p0 + 4), h0a);
            h1a = Fma(w4, All(p1 + 4), h1a);
            h2a = Fma(w4, All(p2 + 4), h2a);
            h3a = Fma(w4, All(p3 + 4), h3a);
            h0b = Fma(w5, All(p0 + 5), h0b);
            h1b = Fma(w5, All(p1 + 5), h1b);
            h2b = Fma(w5, All(p2 + 5), h2b);
            h3b = Fma(w5, All(p3 + 5), h3b);
            h0a = Fma(w6, All(p0 + 6), h0a);
            h1a = Fma(w6, All(p1 + 6), h1a);
            h2a = Fma(w6, All(p2 + 6), h2a);
            h3a = Fma(w6, All(p3 + 6), h3a);
            h0b = Fma(w7, All(p0 + 7), h0b);
            h1b = Fma(w7, All(p1 + 7), h1b);
            h2b = Fma(w7, All(p2 + 7), h2b);
            h3b = Fma(w7, All(p3 + 7), h3b);
            h0a = Fma(w8, All(p0 + 8), h0a);
            h1a = Fma(w8, All(p1 + 8), h1a);
            h2a = Fma(w8, All(p2 + 8), h2a);
            h3a = Fma(w8, All(p3 + 8), h3a);
            h0b = Fma(w9, All(p0 + 9), h0b);
            h1b = Fma(w9, All(p1 + 9), h1b);
            h2b = Fma(w9, All(p2 + 9), h2b);
            h3b = Fma(w9, All(p3 + 9), h3b);
            h0a = Fma(w10, All(p0 + 10), h0a);
            h1a = Fma(w10, All(p1 + 10), h1a);
            h2a = Fma(w10, All(p2 + 10), h2a);
            h3a = Fma(w10, All(p3 + 10), h3a);
            h0b = Fma(w11, All(p0 + 11), h0b);
            h1b = Fma(w11, All(p1 + 11), h1b);
            h2b = Fma(w11, All(p2 + 11), h2b);
            h3b = Fma(w11, All(p3 + 11), h3b);
            h0a = Fma(w12, All(p0 + 12), h0a);
            h1a = Fma(w12, All(p1 + 12), h1a);
            h2a = Fma(w12, All(p2 + 12), h2a);
            h3a = Fma(w12, All(p3 + 12), h3a);
            h0b = Fma(w13, All(p0 + 13), h0b);
            h1b = Fma(w13, All(p1 + 13), h1b);
            h2b = Fma(w13, All(p2 + 13), h2b);
            h3b = Fma(w13, All(p3 + 13), h3b);
            h0a = Fma(w14, All(p0 + 14), h0a);
            h1a = Fma(w14, All(p1 + 14), h1a);
            h2a = Fma(w14, All(p2 + 14), h2a);
            h3a = Fma(w14, All(p3 + 14), h3a);
            h0b = Fma(w15, All(p0 + 15), h0b);
            h1b = Fma(w15, All(p1 + 15), h1b);
            h2b = Fma(w15, All(p2 + 15), h2b);
            h3b = Fma(w15, All(p3 + 15), h3b);
            p0 += row;
            Store(h0a + h0b, p0);
            p1 += row;
            Store(h1a + h1b, p1);
            p2 += row;
            Store(h2a + h2b, p2);
            p3 += row;
            Store(h3a + h3b, p3);
        }
    }

    /// <summary>Σ adjoint[t] ⊗ h[t-1] over the steps of four sequences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer(Context* c, nint first, nint row, float* sums)
    {
        V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        V s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default;
        for (int sequence = 0; sequence < Group; sequence++, first += c->T * row)
        {
            float* h = c->H + first, l = c->DX + first + row;
            for (nint t = 1; t < c->T; t++, h += row, l += row)
            {
                V past = Load(h);
                s0 = Fma(past, All(l + 0), s0);
                s1 = Fma(past, All(l + 1), s1);
                s2 = Fma(past, All(l + 2), s2);
                s3 = Fma(past, All(l + 3), s3);
                s4 = Fma(past, All(l + 4), s4);
                s5 = Fma(past, All(l + 5), s5);
                s6 = Fma(past, All(l + 6), s6);
                s7 = Fma(past, All(l + 7), s7);
                s8 = Fma(past, All(l + 8), s8);
                s9 = Fma(past, All(l + 9), s9);
                s10 = Fma(past, All(l + 10), s10);
                s11 = Fma(past, All(l + 11), s11);
                s12 = Fma(past, All(l + 12), s12);
                s13 = Fma(past, All(l + 13), s13);
                s14 = Fma(past, All(l + 14), s14);
                s15 = Fma(past, All(l + 15), s15);
            }
        }

        Store(s0, sums + 0);
        Store(s1, sums + W);
        Store(s2, sums + 2 * W);
        Store(s3, sums + 3 * W);
        Store(s4, sums + 4 * W);
        Store(s5, sums + 5 * W);
        Store(s6, sums + 6 * W);
        Store(s7, sums + 7 * W);
        Store(s8, sums + 8 * W);
        Store(s9, sums + 9 * W);
        Store(s10, sums + 10 * W);
        Store(s11, sums + 11 * W);
        Store(s12, sums + 12 * W);
        Store(s13, sums + 13 * W);
        Store(s14, sums + 14 * W);
        Store(s15, sums + 15 * W);
    }
}
