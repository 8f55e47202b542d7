using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <content>The kernels.</content>
internal sealed unsafe partial class ComplexReference
{
    private const int Half = N / 2;

    private static void Forward(nint item, void* context) => Forward((Context*)context, item, null);

    private static void Both(nint item, void* context)
    {
        Context* k = (Context*)context;
        float* kept = k->Kept + item * k->Chunks * 2 * N * W, sums = k->Sums + item * 4 * N * W;
        Forward(k, item, kept);
        NativeMemory.Clear(sums, 4 * N * W * sizeof(float));
        float* local = stackalloc float[(Chunk + 1) * 2 * Half * W + 4 * Half * W + W];
        float* adjoints = (float*)(((nuint)local + 63) & ~(nuint)63), h = adjoints + 2 * N * W;
        NativeMemory.Clear(adjoints, 2 * N * W * sizeof(float));
        for (nint chunk = k->Chunks - 1; chunk >= 0; chunk--)
        {
            for (int half = 0; half < 2; half++)
            {
                Recompute(k, item, chunk, half, kept + (chunk * 2 + half) * 2 * Half * W, h);
                Walk(k, item, chunk, half, h, adjoints + half * 2 * Half * W, sums + half * 4 * Half * W);
            }
        }
    }

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
                Store(q0, kept + 16);
                Store(p1, kept + 32);
                Store(q1, kept + 48);
                Store(p2, kept + 64);
                Store(q2, kept + 80);
                Store(p3, kept + 96);
                Store(q3, kept + 112);
                Store(p4, kept + 128);
                Store(q4, kept + 144);
                Store(p5, kept + 160);
                Store(q5, kept + 176);
                Store(p6, kept + 192);
                Store(q6, kept + 208);
                Store(p7, kept + 224);
                Store(q7, kept + 240);
                kept += 2 * N * W;
            }

            for (nint end = Math.Min(Chunk, k->T - t); end > 0; end--, x += d, y += d)
            {
                V u = Load(x), y0 = default, y1 = default;
                (p0, q0) = (Fma(Load(w + 0), p0, u) - Load(w + 16) * q0, Fma(Load(w + 0), q0, Load(w + 16) * p0));
                y0 = Fma(Load(w + 32), p0, y0);
                y1 = Fma(Load(w + 48), q0, y1);
                (p1, q1) = (Fma(Load(w + 64), p1, u) - Load(w + 80) * q1, Fma(Load(w + 64), q1, Load(w + 80) * p1));
                y0 = Fma(Load(w + 96), p1, y0);
                y1 = Fma(Load(w + 112), q1, y1);
                (p2, q2) = (Fma(Load(w + 128), p2, u) - Load(w + 144) * q2, Fma(Load(w + 128), q2, Load(w + 144) * p2));
                y0 = Fma(Load(w + 160), p2, y0);
                y1 = Fma(Load(w + 176), q2, y1);
                (p3, q3) = (Fma(Load(w + 192), p3, u) - Load(w + 208) * q3, Fma(Load(w + 192), q3, Load(w + 208) * p3));
                y0 = Fma(Load(w + 224), p3, y0);
                y1 = Fma(Load(w + 240), q3, y1);
                (p4, q4) = (Fma(Load(w + 256), p4, u) - Load(w + 272) * q4, Fma(Load(w + 256), q4, Load(w + 272) * p4));
                y0 = Fma(Load(w + 288), p4, y0);
                y1 = Fma(Load(w + 304), q4, y1);
                (p5, q5) = (Fma(Load(w + 320), p5, u) - Load(w + 336) * q5, Fma(Load(w + 320), q5, Load(w + 336) * p5));
                y0 = Fma(Load(w + 352), p5, y0);
                y1 = Fma(Load(w + 368), q5, y1);
                (p6, q6) = (Fma(Load(w + 384), p6, u) - Load(w + 400) * q6, Fma(Load(w + 384), q6, Load(w + 400) * p6));
                y0 = Fma(Load(w + 416), p6, y0);
                y1 = Fma(Load(w + 432), q6, y1);
                (p7, q7) = (Fma(Load(w + 448), p7, u) - Load(w + 464) * q7, Fma(Load(w + 448), q7, Load(w + 464) * p7));
                y0 = Fma(Load(w + 480), p7, y0);
                y1 = Fma(Load(w + 496), q7, y1);
                Store(y0 - y1, y);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Recompute(Context* k, nint item, nint chunk, int half, float* kept, float* h)
    {
        nint d = k->D, blocks = d / W, steps = Math.Min(Chunk, k->T - chunk * Chunk);
        float* x = k->X + (item / blocks * k->T + chunk * Chunk) * d + item % blocks * W, w = k->Weights + (item % blocks * N + half * Half) * 4 * W;
        V p0 = Load(kept + 0), p1 = Load(kept + 32), p2 = Load(kept + 64), p3 = Load(kept + 96);
        V q0 = Load(kept + 16), q1 = Load(kept + 48), q2 = Load(kept + 80), q3 = Load(kept + 112);
        Store(p0, h + 0);
        Store(q0, h + 16);
        Store(p1, h + 32);
        Store(q1, h + 48);
        Store(p2, h + 64);
        Store(q2, h + 80);
        Store(p3, h + 96);
        Store(q3, h + 112);
        for (; steps > 0; steps--, x += d)
        {
            V u = Load(x);
            h += 2 * Half * W;
            (p0, q0) = (Fma(Load(w + 0), p0, u) - Load(w + 16) * q0, Fma(Load(w + 0), q0, Load(w + 16) * p0));
            Store(p0, h + 0);
            Store(q0, h + 16);
            (p1, q1) = (Fma(Load(w + 64), p1, u) - Load(w + 80) * q1, Fma(Load(w + 64), q1, Load(w + 80) * p1));
            Store(p1, h + 32);
            Store(q1, h + 48);
            (p2, q2) = (Fma(Load(w + 128), p2, u) - Load(w + 144) * q2, Fma(Load(w + 128), q2, Load(w + 144) * p2));
            Store(p2, h + 64);
            Store(q2, h + 80);
            (p3, q3) = (Fma(Load(w + 192), p3, u) - Load(w + 208) * q3, Fma(Load(w + 192), q3, Load(w + 208) * p3));
            Store(p3, h + 96);
            Store(q3, h + 112);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* context, nint item, nint chunk, int half, float* states, float* adjoints, float* sums)
    {
        nint d = context->D, blocks = d / W, steps = Math.Min(Chunk, context->T - chunk * Chunk);
        nint last = (item / blocks * context->T + chunk * Chunk + steps - 1) * d + item % blocks * W;
        float* seed = context->Seed + last, to = context->DX + last, w = context->Weights + (item % blocks * N + half * Half) * 4 * W;
        float* at = states + (steps - 1) * 2 * Half * W;
        V p0 = Load(adjoints + 0), p1 = Load(adjoints + 32), p2 = Load(adjoints + 64), p3 = Load(adjoints + 96);
        V q0 = Load(adjoints + 16), q1 = Load(adjoints + 48), q2 = Load(adjoints + 80), q3 = Load(adjoints + 112);
        V d0r = Load(sums + 0), d0i = Load(sums + 16), s0r = Load(sums + 32), s0i = Load(sums + 48);
        V d1r = Load(sums + 64), d1i = Load(sums + 80), s1r = Load(sums + 96), s1i = Load(sums + 112);
        V d2r = Load(sums + 128), d2i = Load(sums + 144), s2r = Load(sums + 160), s2i = Load(sums + 176);
        V d3r = Load(sums + 192), d3i = Load(sums + 208), s3r = Load(sums + 224), s3i = Load(sums + 240);
        V h, k, zero = default;
        for (; steps > 0; steps--, seed -= d, to -= d, at -= 2 * Half * W)
        {
            V g = Load(seed), dx = half == 0 ? zero : Load(to);
            h = Load(at + 128);
            k = Load(at + 144);
            s0r = Fma(g, h, s0r);
            s0i = Fma(g, k, s0i);
            (p0, q0) = (Fma(Load(w + 0), p0, Fma(Load(w + 16), q0, g * Load(w + 32))), Fma(Load(w + 0), q0, Avx512F.FusedMultiplyAddNegated(Load(w + 16), p0, Avx512F.FusedMultiplyAddNegated(g, Load(w + 48), zero))));
            dx += p0;
            h = Load(at + 0);
            k = Load(at + 16);
            d0r = Fma(p0, h, Fma(q0, k, d0r));
            d0i = Fma(q0, h, Avx512F.FusedMultiplyAddNegated(p0, k, d0i));
            h = Load(at + 160);
            k = Load(at + 176);
            s1r = Fma(g, h, s1r);
            s1i = Fma(g, k, s1i);
            (p1, q1) = (Fma(Load(w + 64), p1, Fma(Load(w + 80), q1, g * Load(w + 96))), Fma(Load(w + 64), q1, Avx512F.FusedMultiplyAddNegated(Load(w + 80), p1, Avx512F.FusedMultiplyAddNegated(g, Load(w + 112), zero))));
            dx += p1;
            h = Load(at + 32);
            k = Load(at + 48);
            d1r = Fma(p1, h, Fma(q1, k, d1r));
            d1i = Fma(q1, h, Avx512F.FusedMultiplyAddNegated(p1, k, d1i));
            h = Load(at + 192);
            k = Load(at + 208);
            s2r = Fma(g, h, s2r);
            s2i = Fma(g, k, s2i);
            (p2, q2) = (Fma(Load(w + 128), p2, Fma(Load(w + 144), q2, g * Load(w + 160))), Fma(Load(w + 128), q2, Avx512F.FusedMultiplyAddNegated(Load(w + 144), p2, Avx512F.FusedMultiplyAddNegated(g, Load(w + 176), zero))));
            dx += p2;
            h = Load(at + 64);
            k = Load(at + 80);
            d2r = Fma(p2, h, Fma(q2, k, d2r));
            d2i = Fma(q2, h, Avx512F.FusedMultiplyAddNegated(p2, k, d2i));
            h = Load(at + 224);
            k = Load(at + 240);
            s3r = Fma(g, h, s3r);
            s3i = Fma(g, k, s3i);
            (p3, q3) = (Fma(Load(w + 192), p3, Fma(Load(w + 208), q3, g * Load(w + 224))), Fma(Load(w + 192), q3, Avx512F.FusedMultiplyAddNegated(Load(w + 208), p3, Avx512F.FusedMultiplyAddNegated(g, Load(w + 240), zero))));
            dx += p3;
            h = Load(at + 96);
            k = Load(at + 112);
            d3r = Fma(p3, h, Fma(q3, k, d3r));
            d3i = Fma(q3, h, Avx512F.FusedMultiplyAddNegated(p3, k, d3i));
            Store(dx, to);
        }

        Store(p0, adjoints + 0);
        Store(q0, adjoints + 16);
        Store(p1, adjoints + 32);
        Store(q1, adjoints + 48);
        Store(p2, adjoints + 64);
        Store(q2, adjoints + 80);
        Store(p3, adjoints + 96);
        Store(q3, adjoints + 112);
        Store(d0r, sums + 0);
        Store(d0i, sums + 16);
        Store(s0r, sums + 32);
        Store(s0i, sums + 48);
        Store(d1r, sums + 64);
        Store(d1i, sums + 80);
        Store(s1r, sums + 96);
        Store(s1i, sums + 112);
        Store(d2r, sums + 128);
        Store(d2i, sums + 144);
        Store(s2r, sums + 160);
        Store(s2i, sums + 176);
        Store(d3r, sums + 192);
        Store(d3i, sums + 208);
        Store(s3r, sums + 224);
        Store(s3i, sums + 240);
    }
}
