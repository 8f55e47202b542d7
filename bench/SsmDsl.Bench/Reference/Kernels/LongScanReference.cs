using System.Diagnostics;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Reference.Bits512;

/// <summary>
/// h = a·h₋ + x of one long sequence with 16 channels: chunks of time on all threads. A chunk is read twice, the second time from
/// cache: first for its product and its end from a state of 0, then, once the chunk before it has said where it ends, for its states.
/// </summary>
internal sealed unsafe partial class LongScanReference : ReferenceKernel<LongScanReference.Context>
{
    private const int D = 16, Chunk = 512;

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
            H = Result("h", 1, Length, D),
            DA = Result("grad.a", 1, Length, D),
            DX = Result("grad.x", 1, Length, D),
            Ends = Scratch((chunks + 1) * D),
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
            WalkBack(C, C->T * D - D, 0, C->Ends);
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

    private void ForwardThrough() => Walk(C, 0, C->T * D, C->Ends);

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

    /// <summary>Where the chunk before ends. Items are taken in their order, so that the chunk that is waited for is under way.</summary>
    private static float* Before(Context* c, nint item)
    {
        var spin = new SpinWait();
        while (Volatile.Read(ref c->Done[item]) == 0) spin.SpinOnce(sleep1Threshold: -1);
        return c->Ends + item * D;
    }

    private static void Publish(Context* c, nint item) => Volatile.Write(ref c->Done[item + 1], 1);

    internal struct Context
    {
        public nint T, Chunks;
        public float* A, X, Seed, H, DA, DX, Ends;
        public int* Done;
    }
}
