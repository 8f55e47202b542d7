using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>The kernels: four states at a time forwards, two backwards.</content>
internal sealed unsafe partial class ComplexReference
{
    private const int Part = 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(Context* k, nint item, float* kept)
    {
        nint d = k->D, blocks = d / W, at = item / blocks * k->T * d + item % blocks * W;
        float* x = k->X + at, y = k->Y + at, w = k->Weights + item % blocks * 4 * N * W, states = stackalloc float[2 * N * W];
        NativeMemory.Clear(states, 2 * N * W * sizeof(float));
        for (nint t = 0; t < k->T; t += Chunk, x += Chunk * d, y += Chunk * d)
        {
            if (kept != null)
            {
                NativeMemory.Copy(states, kept, 2 * N * W * sizeof(float));
                kept += 2 * N * W;
            }

            Steps(x, y, d, w, states, Math.Min(Chunk, k->T - t), add: false);
            Steps(x, y, d, w + 4 * 4 * W, states + 2 * 4 * W, Math.Min(Chunk, k->T - t), add: true);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Steps(float* x, float* y, nint d, float* w, float* h, nint steps, bool add)
    {
        V p0 = Load(h + 0 * W), p1 = Load(h + 2 * W), p2 = Load(h + 4 * W), p3 = Load(h + 6 * W);
        V q0 = Load(h + 1 * W), q1 = Load(h + 3 * W), q2 = Load(h + 5 * W), q3 = Load(h + 7 * W);
        for (; steps > 0; steps--, x += d, y += d)
        {
            V u = Load(x), y0 = add ? Load(y) : default, y1 = default;
            (p0, q0) = (Fma(Load(w + 0 * W), p0, u) - Load(w + 1 * W) * q0, Fma(Load(w + 0 * W), q0, Load(w + 1 * W) * p0));
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
            Store(y0 - y1, y);
        }

        Store(p0, h + 0 * W);
        Store(q0, h + 1 * W);
        Store(p1, h + 2 * W);
        Store(q1, h + 3 * W);
        Store(p2, h + 4 * W);
        Store(q2, h + 5 * W);
        Store(p3, h + 6 * W);
        Store(q3, h + 7 * W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Recompute(Context* k, nint item, nint chunk, int part, float* kept, float* h)
    {
        nint d = k->D, blocks = d / W, steps = Math.Min(Chunk, k->T - chunk * Chunk);
        float* x = k->X + (item / blocks * k->T + chunk * Chunk) * d + item % blocks * W, w = k->Weights + (item % blocks * N + part * Part) * 4 * W;
        V p0 = Load(kept + 0 * W), q0 = Load(kept + 1 * W), p1 = Load(kept + 2 * W), q1 = Load(kept + 3 * W);
        NativeMemory.Copy(kept, h, 2 * Part * W * sizeof(float));
        for (; steps > 0; steps--, x += d)
        {
            V u = Load(x);
            h += 2 * Part * W;
            (p0, q0) = (Fma(Load(w + 0 * W), p0, u) - Load(w + 1 * W) * q0, Fma(Load(w + 0 * W), q0, Load(w + 1 * W) * p0));
            Store(p0, h + 0 * W);
            Store(q0, h + 1 * W);
            (p1, q1) = (Fma(Load(w + 4 * W), p1, u) - Load(w + 5 * W) * q1, Fma(Load(w + 4 * W), q1, Load(w + 5 * W) * p1));
            Store(p1, h + 2 * W);
            Store(q1, h + 3 * W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* context, nint item, nint chunk, int part, float* states, float* adjoints, float* sums)
    {
        nint d = context->D, blocks = d / W, steps = Math.Min(Chunk, context->T - chunk * Chunk);
        nint last = (item / blocks * context->T + chunk * Chunk + steps - 1) * d + item % blocks * W;
        float* seed = context->Seed + last, to = context->DX + last, w = context->Weights + (item % blocks * N + part * Part) * 4 * W;
        float* at = states + (steps - 1) * 2 * Part * W;
        V p0 = Load(adjoints + 0 * W), q0 = Load(adjoints + 1 * W), p1 = Load(adjoints + 2 * W), q1 = Load(adjoints + 3 * W);
        V d0r = Load(sums + 0 * W), d0i = Load(sums + 1 * W), s0r = Load(sums + 2 * W), s0i = Load(sums + 3 * W);
        V d1r = Load(sums + 4 * W), d1i = Load(sums + 5 * W), s1r = Load(sums + 6 * W), s1i = Load(sums + 7 * W);
        V h, k, zero = default;
        for (; steps > 0; steps--, seed -= d, to -= d, at -= 2 * Part * W)
        {
            V g = Load(seed), dx = part == 0 ? zero : Load(to);
            s0r = Fma(g, Load(at + 4 * W), s0r);
            s0i = Fma(g, Load(at + 5 * W), s0i);
            (p0, q0) = (Fma(Load(w + 0 * W), p0, Fma(Load(w + 1 * W), q0, g * Load(w + 2 * W))), Load(w + 0 * W) * q0 - Fma(Load(w + 1 * W), p0, g * Load(w + 3 * W)));
            dx += p0;
            h = Load(at + 0 * W);
            k = Load(at + 1 * W);
            d0r = Fma(p0, h, Fma(q0, k, d0r));
            d0i = Fma(q0, h, d0i) - p0 * k;
            s1r = Fma(g, Load(at + 6 * W), s1r);
            s1i = Fma(g, Load(at + 7 * W), s1i);
            (p1, q1) = (Fma(Load(w + 4 * W), p1, Fma(Load(w + 5 * W), q1, g * Load(w + 6 * W))), Load(w + 4 * W) * q1 - Fma(Load(w + 5 * W), p1, g * Load(w + 7 * W)));
            dx += p1;
            h = Load(at + 2 * W);
            k = Load(at + 3 * W);
            d1r = Fma(p1, h, Fma(q1, k, d1r));
            d1i = Fma(q1, h, d1i) - p1 * k;
            Store(dx, to);
        }

        Store(p0, adjoints + 0 * W);
        Store(q0, adjoints + 1 * W);
        Store(p1, adjoints + 2 * W);
        Store(q1, adjoints + 3 * W);
        Store(d0r, sums + 0 * W);
        Store(d0i, sums + 1 * W);
        Store(s0r, sums + 2 * W);
        Store(s0i, sums + 3 * W);
        Store(d1r, sums + 4 * W);
        Store(d1i, sums + 5 * W);
        Store(s1r, sums + 6 * W);
        Store(s1i, sums + 7 * W);
    }
}
