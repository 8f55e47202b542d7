using System.Runtime.CompilerServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>The kernels: all states in registers forwards, four backwards.</content>
internal sealed unsafe partial class ComplexReference
{
    private const int Part = N / 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(Context* k, nint item, float* kept)
    {
        nint d = k->D, blocks = d / W, at = item / blocks * k->T * d + item % blocks * W;
        float* x = k->X + at, y = k->Y + at, w = k->Weights + item % blocks * 4 * N * W;
        V p0 = default, p1 = default, p2 = default, p3 = default, p4 = default, p5 = default, p6 = default, p7 = default;
        V q0 = default, q1 = default, q2 = default, q3 = default, q4 = default, q5 = default, q6 = default, q7 = default;
        for (nint t = 0; t < k->T; t += Chunk)
        {
            if (kept != null)
            {
                Store(p0, kept + 0);
                Store(q0, kept + W);
                Store(p1, kept + 2 * W);
                Store(q1, kept + 3 * W);
                Store(p2, kept + 4 * W);
                Store(q2, kept + 5 * W);
                Store(p3, kept + 6 * W);
                Store(q3, kept + 7 * W);
                Store(p4, kept + 8 * W);
                Store(q4, kept + 9 * W);
                Store(p5, kept + 10 * W);
                Store(q5, kept + 11 * W);
                Store(p6, kept + 12 * W);
                Store(q6, kept + 13 * W);
                Store(p7, kept + 14 * W);
                Store(q7, kept + 15 * W);
                kept += 2 * N * W;
            }

            for (nint end = Math.Min(Chunk, k->T - t); end > 0; end--, x += d, y += d)
            {
                V u = Load(x), y0 = default, y1 = default;
                (p0, q0) = (Fma(Load(w + 0), p0, u) - Load(w + W) * q0, Fma(Load(w + 0), q0, Load(w + W) * p0));
                y0 = Fma(Load(w + 2 * W), p0, y0);
                y1 = Fma(Load(w + 3 * W), q0, y1);
                (p1, q1) = (Fma(Load(w + 4 * W), p1, u) - Load(w + 5 * W) * q1, Fma(Load(w + 4 * W), q1, Load(w + 5 * W) * p1));
                y0 = Fma(Load(w + 6 * W), p1, y0);
                y1 = Fma(Load(w + 7 * W), q1, y1);
                (p2, q2) = (Fma(Load(w + 8 * W), p2, u) - Load(w + 9 * W) * q2, Fma(Load(w + 8 * W), q2, Load(w + 9 * W) * p2));
                y0 = Fma(Load(w + 10 * W), p2, y0);
                y1 = Fma(Load(w + 11 * W), q2, y1);
                (p3, q3) = (Fma(Load(w + 12 * W), p3, u) - Load(w + 13 * W) * q3, Fma(Load(w + 12 * W), q3, Load(w + 13 * W) * p3));
                y0 = Fma(Load(w + 14 * W), p3, y0);
                y1 = Fma(Load(w + 15 * W), q3, y1);
                (p4, q4) = (Fma(Load(w + 16 * W), p4, u) - Load(w + 17 * W) * q4, Fma(Load(w + 16 * W), q4, Load(w + 17 * W) * p4));
                y0 = Fma(Load(w + 18 * W), p4, y0);
                y1 = Fma(Load(w + 19 * W), q4, y1);
                (p5, q5) = (Fma(Load(w + 20 * W), p5, u) - Load(w + 21 * W) * q5, Fma(Load(w + 20 * W), q5, Load(w + 21 * W) * p5));
                y0 = Fma(Load(w + 22 * W), p5, y0);
                y1 = Fma(Load(w + 23 * W), q5, y1);
                (p6, q6) = (Fma(Load(w + 24 * W), p6, u) - Load(w + 25 * W) * q6, Fma(Load(w + 24 * W), q6, Load(w + 25 * W) * p6));
                y0 = Fma(Load(w + 26 * W), p6, y0);
                y1 = Fma(Load(w + 27 * W), q6, y1);
                (p7, q7) = (Fma(Load(w + 28 * W), p7, u) - Load(w + 29 * W) * q7, Fma(Load(w + 28 * W), q7, Load(w + 29 * W) * p7));
                y0 = Fma(Load(w + 30 * W), p7, y0);
                y1 = Fma(Load(w + 31 * W), q7, y1);
                Store(y0 - y1, y);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Recompute(Context* k, nint item, nint chunk, int part, float* kept, float* h)
    {
        nint d = k->D, blocks = d / W, steps = Math.Min(Chunk, k->T - chunk * Chunk);
        float* x = k->X + (item / blocks * k->T + chunk * Chunk) * d + item % blocks * W, w = k->Weights + (item % blocks * N + part * Part) * 4 * W;
        V p0 = Load(kept + 0), p1 = Load(kept + 2 * W), p2 = Load(kept + 4 * W), p3 = Load(kept + 6 * W);
        V q0 = Load(kept + W), q1 = Load(kept + 3 * W), q2 = Load(kept + 5 * W), q3 = Load(kept + 7 * W);
        Store(p0, h + 0);
        Store(q0, h + W);
        Store(p1, h + 2 * W);
        Store(q1, h + 3 * W);
        Store(p2, h + 4 * W);
        Store(q2, h + 5 * W);
        Store(p3, h + 6 * W);
        Store(q3, h + 7 * W);
        for (; steps > 0; steps--, x += d)
        {
            V u = Load(x);
            h += 2 * Part * W;
            (p0, q0) = (Fma(Load(w + 0), p0, u) - Load(w + W) * q0, Fma(Load(w + 0), q0, Load(w + W) * p0));
            Store(p0, h + 0);
            Store(q0, h + W);
            (p1, q1) = (Fma(Load(w + 4 * W), p1, u) - Load(w + 5 * W) * q1, Fma(Load(w + 4 * W), q1, Load(w + 5 * W) * p1));
            Store(p1, h + 2 * W);
            Store(q1, h + 3 * W);
            (p2, q2) = (Fma(Load(w + 8 * W), p2, u) - Load(w + 9 * W) * q2, Fma(Load(w + 8 * W), q2, Load(w + 9 * W) * p2));
            Store(p2, h + 4 * W);
            Store(q2, h + 5 * W);
            (p3, q3) = (Fma(Load(w + 12 * W), p3, u) - Load(w + 13 * W) * q3, Fma(Load(w + 12 * W), q3, Load(w + 13 * W) * p3));
            Store(p3, h + 6 * W);
            Store(q3, h + 7 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* context, nint item, nint chunk, int part, float* states, float* adjoints, float* sums)
    {
        nint d = context->D, blocks = d / W, steps = Math.Min(Chunk, context->T - chunk * Chunk);
        nint last = (item / blocks * context->T + chunk * Chunk + steps - 1) * d + item % blocks * W;
        float* seed = context->Seed + last, to = context->DX + last, w = context->Weights + (item % blocks * N + part * Part) * 4 * W;
        float* at = states + (steps - 1) * 2 * Part * W;
        V p0 = Load(adjoints + 0), p1 = Load(adjoints + 2 * W), p2 = Load(adjoints + 4 * W), p3 = Load(adjoints + 6 * W);
        V q0 = Load(adjoints + W), q1 = Load(adjoints + 3 * W), q2 = Load(adjoints + 5 * W), q3 = Load(adjoints + 7 * W);
        V d0r = Load(sums + 0), d0i = Load(sums + W), s0r = Load(sums + 2 * W), s0i = Load(sums + 3 * W);
        V d1r = Load(sums + 4 * W), d1i = Load(sums + 5 * W), s1r = Load(sums + 6 * W), s1i = Load(sums + 7 * W);
        V d2r = Load(sums + 8 * W), d2i = Load(sums + 9 * W), s2r = Load(sums + 10 * W), s2i = Load(sums + 11 * W);
        V d3r = Load(sums + 12 * W), d3i = Load(sums + 13 * W), s3r = Load(sums + 14 * W), s3i = Load(sums + 15 * W);
        V h, k, zero = default;
        for (; steps > 0; steps--, seed -= d, to -= d, at -= 2 * Part * W)
        {
            V g = Load(seed), dx = part == 0 ? zero : Load(to);
            h = Load(at + 8 * W);
            k = Load(at + 9 * W);
            s0r = Fma(g, h, s0r);
            s0i = Fma(g, k, s0i);
            (p0, q0) = (Fma(Load(w + 0), p0, Fma(Load(w + W), q0, g * Load(w + 2 * W))), Fma(Load(w + 0), q0, NegatedFma(Load(w + W), p0, NegatedFma(g, Load(w + 3 * W), zero))));
            dx += p0;
            h = Load(at + 0);
            k = Load(at + W);
            d0r = Fma(p0, h, Fma(q0, k, d0r));
            d0i = Fma(q0, h, NegatedFma(p0, k, d0i));
            h = Load(at + 10 * W);
            k = Load(at + 11 * W);
            s1r = Fma(g, h, s1r);
            s1i = Fma(g, k, s1i);
            (p1, q1) = (Fma(Load(w + 4 * W), p1, Fma(Load(w + 5 * W), q1, g * Load(w + 6 * W))), Fma(Load(w + 4 * W), q1, NegatedFma(Load(w + 5 * W), p1, NegatedFma(g, Load(w + 7 * W), zero))));
            dx += p1;
            h = Load(at + 2 * W);
            k = Load(at + 3 * W);
            d1r = Fma(p1, h, Fma(q1, k, d1r));
            d1i = Fma(q1, h, NegatedFma(p1, k, d1i));
            h = Load(at + 12 * W);
            k = Load(at + 13 * W);
            s2r = Fma(g, h, s2r);
            s2i = Fma(g, k, s2i);
            (p2, q2) = (Fma(Load(w + 8 * W), p2, Fma(Load(w + 9 * W), q2, g * Load(w + 10 * W))), Fma(Load(w + 8 * W), q2, NegatedFma(Load(w + 9 * W), p2, NegatedFma(g, Load(w + 11 * W), zero))));
            dx += p2;
            h = Load(at + 4 * W);
            k = Load(at + 5 * W);
            d2r = Fma(p2, h, Fma(q2, k, d2r));
            d2i = Fma(q2, h, NegatedFma(p2, k, d2i));
            h = Load(at + 14 * W);
            k = Load(at + 15 * W);
            s3r = Fma(g, h, s3r);
            s3i = Fma(g, k, s3i);
            (p3, q3) = (Fma(Load(w + 12 * W), p3, Fma(Load(w + 13 * W), q3, g * Load(w + 14 * W))), Fma(Load(w + 12 * W), q3, NegatedFma(Load(w + 13 * W), p3, NegatedFma(g, Load(w + 15 * W), zero))));
            dx += p3;
            h = Load(at + 6 * W);
            k = Load(at + 7 * W);
            d3r = Fma(p3, h, Fma(q3, k, d3r));
            d3i = Fma(q3, h, NegatedFma(p3, k, d3i));
            Store(dx, to);
        }

        Store(p0, adjoints + 0);
        Store(q0, adjoints + W);
        Store(p1, adjoints + 2 * W);
        Store(q1, adjoints + 3 * W);
        Store(p2, adjoints + 4 * W);
        Store(q2, adjoints + 5 * W);
        Store(p3, adjoints + 6 * W);
        Store(q3, adjoints + 7 * W);
        Store(d0r, sums + 0);
        Store(d0i, sums + W);
        Store(s0r, sums + 2 * W);
        Store(s0i, sums + 3 * W);
        Store(d1r, sums + 4 * W);
        Store(d1i, sums + 5 * W);
        Store(s1r, sums + 6 * W);
        Store(s1i, sums + 7 * W);
        Store(d2r, sums + 8 * W);
        Store(d2i, sums + 9 * W);
        Store(s2r, sums + 10 * W);
        Store(s2i, sums + 11 * W);
        Store(d3r, sums + 12 * W);
        Store(d3i, sums + 13 * W);
        Store(s3r, sums + 14 * W);
        Store(s3i, sums + 15 * W);
    }
}
