using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static SsmDsl.Bench.Reference.Bits512.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference.Bits512;

/// <content>A step is a vector.</content>
internal sealed unsafe partial class LongScanReference
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint from = item * Chunk * D, to = Math.Min((item + 1) * Chunk, c->T) * D;
        V product = Vector512.Create(1f), h = default;
        for (nint i = from; i < to; i += D)
        {
            V a = Load(c->A + i);
            product *= a;
            h = Fma(a, h, Load(c->X + i));
        }

        float* past = Before(c, item);
        Store(Fma(product, Load(past), h), past + D);
        Publish(c, item);
        Walk(c, from, to, past);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* c, nint from, nint to, float* past)
    {
        V h = Load(past);
        for (nint i = from; i < to; i += D) Store(h = Fma(Load(c->A + i), h, Load(c->X + i)), c->H + i);
    }

    /// <summary>Item 0 is the last chunk. What goes from chunk to chunk is a·l of the chunk's first step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint chunk = c->Chunks - 1 - item, first = chunk * Chunk * D, last = Math.Min((chunk + 1) * Chunk, c->T) * D - D;
        V product = Vector512.Create(1f), l = default;
        for (nint i = last; i >= first; i -= D)
        {
            V a = Load(c->A + i);
            product *= a;
            l = a * (l + Load(c->Seed + i));
        }

        float* next = Before(c, item);
        Store(Fma(product, Load(next), l), next + D);
        Publish(c, item);
        WalkBack(c, last, first, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WalkBack(Context* c, nint last, nint first, float* next)
    {
        V l = Load(next);
        for (nint i = last; i >= first; i -= D)
        {
            l += Load(c->Seed + i);
            Store(l, c->DX + i);
            Store(i > 0 ? l * Load(c->H + i - D) : default, c->DA + i);
            l *= Load(c->A + i);
        }
    }
}
