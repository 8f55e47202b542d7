using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>A step is two vectors, or four.</content>
internal sealed unsafe partial class LongScanReference
{
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint from = item * Chunk * D, to = Math.Min((item + 1) * Chunk, c->T) * D;
        float* sums = stackalloc float[2 * D];
        for (nint v = 0; v < D; v += 2 * W) Sum(c->A + v, c->X + v, from, to, sums + v);
        float* past = Before(c, item);
        for (nint v = 0; v < D; v += W) Store(Fma(Load(sums + D + v), Load(past + v), Load(sums + v)), past + D + v);
        Publish(c, item);
        Walk(c, from, to, past);
    }

    /// <summary>Where a chunk ends from a state of 0, and its product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* a, float* x, nint from, nint to, float* sums)
    {
        V p = Vector512.Create(1f), q = p, h = default, k = default;
        for (nint i = from; i < to; i += D)
        {
            V e = Load(a + i), f = Load(a + i + W);
            p *= e;
            q *= f;
            h = Fma(e, h, Load(x + i));
            k = Fma(f, k, Load(x + i + W));
        }

        Store(h, sums);
        Store(k, sums + W);
        Store(p, sums + D);
        Store(q, sums + D + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* c, nint from, nint to, float* past)
    {
        for (nint v = 0; v < D; v += 2 * W)
        {
            V h = Load(past + v), k = Load(past + v + W);
            for (nint i = from + v; i < to; i += D)
            {
                Store(h = Fma(Load(c->A + i), h, Load(c->X + i)), c->H + i);
                Store(k = Fma(Load(c->A + i + W), k, Load(c->X + i + W)), c->H + i + W);
            }
        }
    }

    /// <summary>Item 0 is the last chunk. What goes from chunk to chunk is a·l of the chunk's first step.</summary>
    private static void Backward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint chunk = c->Chunks - 1 - item, first = chunk * Chunk * D, last = Math.Min((chunk + 1) * Chunk, c->T) * D - D;
        float* sums = stackalloc float[2 * D];
        for (nint v = 0; v < D; v += 2 * W) SumBack(c->A + v, c->Seed + v, last, first, sums + v);
        float* next = Before(c, item);
        for (nint v = 0; v < D; v += W) Store(Fma(Load(sums + D + v), Load(next + v), Load(sums + v)), next + D + v);
        Publish(c, item);
        WalkBack(c, last, first, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBack(float* a, float* seed, nint last, nint first, float* sums)
    {
        V p = Vector512.Create(1f), q = p, l = default, m = default;
        for (nint i = last; i >= first; i -= D)
        {
            V e = Load(a + i), f = Load(a + i + W);
            p *= e;
            q *= f;
            l = e * (l + Load(seed + i));
            m = f * (m + Load(seed + i + W));
        }

        Store(l, sums);
        Store(m, sums + W);
        Store(p, sums + D);
        Store(q, sums + D + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WalkBack(Context* c, nint last, nint first, float* next)
    {
        for (nint v = 0; v < D; v += 2 * W)
        {
            V l = Load(next + v), m = Load(next + v + W);
            for (nint i = last + v; i >= first; i -= D)
            {
                l += Load(c->Seed + i);
                m += Load(c->Seed + i + W);
                Store(l, c->DX + i);
                Store(m, c->DX + i + W);
                bool isFirst = i < D;
                Store(isFirst ? default : l * Load(c->H + i - D), c->DA + i);
                Store(isFirst ? default : m * Load(c->H + i - D + W), c->DA + i + W);
                l *= Load(c->A + i);
                m *= Load(c->A + i + W);
            }
        }
    }
}
