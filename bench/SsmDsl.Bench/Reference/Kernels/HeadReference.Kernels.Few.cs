using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>Two vectors of columns of the matrix at a time, which is read at each step.</content>
internal sealed unsafe partial class HeadReference
{
    /// <summary>h = M·h₋ + x along t, of four sequences; the row step may be negative. <paramref name="matrix"/> holds columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(float* matrix, float* x, float* h, nint steps, nint row)
    {
        nint sequence = steps * Math.Abs(row);
        for (nint s = 0; s < Group; s++)
        {
            for (nint j = 0; j < P; j += W) Store(Load(x + s * sequence + j), h + s * sequence + j);
        }

        for (nint t = 1; t < steps; t++, h += row)
        {
            x += row;
            float* p0 = h, p1 = p0 + sequence, p2 = p1 + sequence, p3 = p2 + sequence;
            for (nint j = 0; j < P; j += 2 * W)
            {
                float* from = x + j, to = h + row + j, w = matrix + j;
                V h0a = Load(from + 0 * sequence), h0b = Load(from + 0 * sequence + W);
                V h1a = Load(from + 1 * sequence), h1b = Load(from + 1 * sequence + W);
                V h2a = Load(from + 2 * sequence), h2b = Load(from + 2 * sequence + W);
                V h3a = Load(from + 3 * sequence), h3b = Load(from + 3 * sequence + W);
                for (nint k = 0; k < P; k++, w += P)
                {
                    V a = Load(w), b = Load(w + W), e = All(p0 + k);
                    h0a = Fma(a, e, h0a);
                    h0b = Fma(b, e, h0b);
                    e = All(p1 + k);
                    h1a = Fma(a, e, h1a);
                    h1b = Fma(b, e, h1b);
                    e = All(p2 + k);
                    h2a = Fma(a, e, h2a);
                    h2b = Fma(b, e, h2b);
                    e = All(p3 + k);
                    h3a = Fma(a, e, h3a);
                    h3b = Fma(b, e, h3b);
                }

                Store(h0a, to + 0 * sequence);
                Store(h0b, to + 0 * sequence + W);
                Store(h1a, to + 1 * sequence);
                Store(h1b, to + 1 * sequence + W);
                Store(h2a, to + 2 * sequence);
                Store(h2b, to + 2 * sequence + W);
                Store(h3a, to + 3 * sequence);
                Store(h3b, to + 3 * sequence + W);
            }
        }
    }

    /// <summary>Σ adjoint[t] ⊗ h[t-1] over the steps of four sequences.</summary>
    private static void Outer(Context* c, nint first, nint row, float* sums)
    {
        for (nint i = 0; i < P; i += 4)
        {
            for (nint j = 0; j < P; j += 2 * W) Outer(c, first, row, i, j, sums + i * P + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer(Context* c, nint first, nint row, nint i, nint j, float* sums)
    {
        V s0a = default, s1a = default, s2a = default, s3a = default, s0b = default, s1b = default, s2b = default, s3b = default;
        for (int sequence = 0; sequence < Group; sequence++, first += c->T * row)
        {
            float* h = c->H + first + j, l = c->DX + first + row + i;
            for (nint t = 1; t < c->T; t++, h += row, l += row)
            {
                V a = Load(h), b = Load(h + W), e = All(l);
                s0a = Fma(a, e, s0a);
                s0b = Fma(b, e, s0b);
                e = All(l + 1);
                s1a = Fma(a, e, s1a);
                s1b = Fma(b, e, s1b);
                e = All(l + 2);
                s2a = Fma(a, e, s2a);
                s2b = Fma(b, e, s2b);
                e = All(l + 3);
                s3a = Fma(a, e, s3a);
                s3b = Fma(b, e, s3b);
            }
        }

        Store(s0a, sums + 0 * P);
        Store(s0b, sums + 0 * P + W);
        Store(s1a, sums + 1 * P);
        Store(s1b, sums + 1 * P + W);
        Store(s2a, sums + 2 * P);
        Store(s2b, sums + 2 * P + W);
        Store(s3a, sums + 3 * P);
        Store(s3b, sums + 3 * P + W);
    }
}
