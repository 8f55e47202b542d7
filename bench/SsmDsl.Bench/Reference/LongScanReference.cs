using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SsmDsl.Bench.Cases;
using static SsmDsl.Bench.Reference.Lanes;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace SsmDsl.Bench.Reference;

/// <summary>
/// h = a·h₋ + x of one long sequence with 16 channels: chunks of time on all threads. A chunk is read twice, the second time from
/// cache: first for its product and its end from a state of 0, then, once the chunk before it has said where it ends, for its states.
/// </summary>
internal sealed unsafe class LongScanReference : ReferenceKernel<LongScanReference.Context>
{
    private const int W = 16, Chunk = 512;

    /// <summary>Whether chunks are worth it: where threads wait for a processor, one that goes straight through is faster.</summary>
    private readonly bool inChunks;

    public LongScanReference(ModelCase model)
        : base(model)
    {
        nint chunks = (Length + Chunk - 1) / Chunk;
        *C = new Context
        {
            T = Length,
            Chunks = chunks,
            A = Input("a"),
            X = Input("x"),
            Seed = model.Seed("h").Floats,
            H = Result("h", 1, Length, W),
            DA = Result("grad.a", 1, Length, W),
            DX = Result("grad.x", 1, Length, W),
            Ends = Scratch((chunks + 1) * W),
            Done = (int*)Scratch(chunks + 1),
        };
        inChunks = Time(ForwardInChunks) < Time(ForwardThrough);
    }

    public override void Forward()
    {
        if (inChunks) ForwardInChunks();
        else ForwardThrough();
    }

    public override void ForwardBackward()
    {
        Forward();
        if (!inChunks)
        {
            WalkBack(C, C->T * W - W, 0, default);
            return;
        }

        Restart();
        For(C->Chunks, &Backward);
    }

    private void ForwardInChunks()
    {
        Restart();
        For(C->Chunks, &Forward);
    }

    private void ForwardThrough() => Walk(C, 0, C->T * W, default);

    private static double Time(Action run)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < 20; i++)
        {
            long started = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return best;
    }

    private void Restart()
    {
        new Span<int>(C->Done, (int)C->Chunks + 1).Clear();
        C->Done[0] = 1;
    }

    /// <summary>Items are taken in their order, so that the chunk that is waited for is under way.</summary>
    private static V Before(Context* c, nint item)
    {
        var spin = new SpinWait();
        while (Volatile.Read(ref c->Done[item]) == 0) spin.SpinOnce(sleep1Threshold: -1);
        return Load(c->Ends + item * W);
    }

    private static void Publish(Context* c, nint item, V end)
    {
        Store(end, c->Ends + (item + 1) * W);
        Volatile.Write(ref c->Done[item + 1], 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint from = item * Chunk * W, to = Math.Min((item + 1) * Chunk, c->T) * W;
        V product = Vector512.Create(1f), h = default;
        for (nint i = from; i < to; i += W)
        {
            V a = Load(c->A + i);
            product *= a;
            h = Fma(a, h, Load(c->X + i));
        }

        V past = Before(c, item);
        Publish(c, item, Fma(product, past, h));
        Walk(c, from, to, past);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Context* c, nint from, nint to, V h)
    {
        for (nint i = from; i < to; i += W) Store(h = Fma(Load(c->A + i), h, Load(c->X + i)), c->H + i);
    }

    /// <summary>Item 0 is the last chunk. What goes from chunk to chunk is a·l of the chunk's first step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(nint item, void* context)
    {
        Context* c = (Context*)context;
        nint chunk = c->Chunks - 1 - item, first = chunk * Chunk * W, last = Math.Min((chunk + 1) * Chunk, c->T) * W - W;
        V product = Vector512.Create(1f), l = default;
        for (nint i = last; i >= first; i -= W)
        {
            V a = Load(c->A + i);
            product *= a;
            l = a * (l + Load(c->Seed + i));
        }

        V next = Before(c, item);
        Publish(c, item, Fma(product, next, l));
        WalkBack(c, last, first, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WalkBack(Context* c, nint last, nint first, V l)
    {
        for (nint i = last; i >= first; i -= W)
        {
            l += Load(c->Seed + i);
            Store(l, c->DX + i);
            Store(i > 0 ? l * Load(c->H + i - W) : default, c->DA + i);
            l *= Load(c->A + i);
        }
    }

    internal struct Context
    {
        public nint T, Chunks;
        public float* A, X, Seed, H, DA, DX, Ends;
        public int* Done;
    }
}
