using System.Diagnostics;
using SsmDsl.Programs;

namespace SsmDsl.Devices;

/// <summary>
/// Fork and join on threads of its own. Idle workers spin for a short while, so that the next loop of a run starts within a
/// fraction of a microsecond, and then sleep, so that they starve nobody. A loop inside of a loop, and a loop while another
/// caller's is under way, runs on the calling thread alone.
/// </summary>
internal sealed unsafe class ThreadWorkPool : WorkPool, IDisposable
{
    // state: bits 32… number of the loop, bit 31 the loop is open, bits 0…30 workers inside of it.
    private const long Open = 1L << 31;
    private const long Inside = Open - 1;

    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000; // 50 µs

    [ThreadStatic]
    private static bool withinLoop;

    private readonly Thread[] workers;
    private readonly SemaphoreSlim wake = new(0);
    private readonly bool spins = Environment.ProcessorCount > 1;

    private delegate*<nint, void*, void> body;
    private void* context;
    private nint count;
    private Exception? failure;
    private Cursor next;
    private Cursor state;
    private int sleepers;
    private int busy;
    private volatile bool stopped;

    public ThreadWorkPool(int threads)
    {
        Threads = threads;
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Work) { IsBackground = true, Name = $"SsmDsl worker {i + 1}" };
            workers[i].Start();
        }
    }

    public override int Threads { get; }

    public override void For(nint count, delegate*<nint, void*, void> body, void* context)
    {
        if (count <= 0) return;
        if (count == 1 || workers.Length == 0 || withinLoop || stopped || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (nint i = 0; i < count; i++) body(i, context);
            return;
        }

        withinLoop = true;
        try
        {
            Fork(count, body, context);
            RunItems();
            Join();
        }
        finally
        {
            withinLoop = false;
            Volatile.Write(ref busy, 0);
        }
    }

    public void Dispose()
    {
        stopped = true;
        if (workers.Length > 0) wake.Release(workers.Length);
        foreach (Thread worker in workers) worker.Join();
        wake.Dispose();
    }

    private void Fork(nint count, delegate*<nint, void*, void> body, void* context)
    {
        this.count = count;
        this.body = body;
        this.context = context;
        failure = null;
        next.Value = 0;
        long number = (state.Value >> 32) + 1;
        Interlocked.Exchange(ref state.Value, (number << 32) | Open);

        int asleep = Volatile.Read(ref sleepers);
        if (asleep == 0) return;

        // Whoever takes sleepers out of the count owes each of them one release.
        asleep = Interlocked.Exchange(ref sleepers, 0);
        if (asleep > 0) wake.Release(asleep);
    }

    private void Join()
    {
        long now = Interlocked.And(ref state.Value, ~Open) & ~Open;
        var spin = new SpinWait();
        while ((now & Inside) != 0)
        {
            if (spins && spin.Count < 30) spin.SpinOnce(sleep1Threshold: -1);
            else Thread.Yield();
            now = Volatile.Read(ref state.Value);
        }

        if (failure is { } thrown) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
    }

    private void RunItems()
    {
        try
        {
            for (nint item = Take(); item < count; item = Take()) body(item, context);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref failure, e, null);
            Interlocked.Exchange(ref next.Value, long.MaxValue / 2);
        }
    }

    private nint Take() => (nint)Interlocked.Increment(ref next.Value) - 1;

    private void Work()
    {
        withinLoop = true;
        long done = 0;
        while (!stopped)
        {
            long now = Volatile.Read(ref state.Value);
            if (!IsNew(now, done))
            {
                Wait(done);
                continue;
            }

            if (Interlocked.CompareExchange(ref state.Value, now + 1, now) != now) continue;
            RunItems();
            done = now >> 32;
            Interlocked.Decrement(ref state.Value);
        }
    }

    private static bool IsNew(long state, long done) => (state & Open) != 0 && state >> 32 != done;

    /// <summary>Returns when there may be a new loop.</summary>
    private void Wait(long done)
    {
        if (spins)
        {
            long until = Stopwatch.GetTimestamp() + SpinTicks;
            do
            {
                for (int i = 0; i < 16; i++)
                {
                    if (IsNew(Volatile.Read(ref state.Value), done) || stopped) return;
                    Thread.SpinWait(4);
                }
            }
            while (Stopwatch.GetTimestamp() < until);
        }

        Interlocked.Increment(ref sleepers);
        if (IsNew(Volatile.Read(ref state.Value), done) && TryGetUp()) return;
        wake.Wait();
    }

    /// <summary>Takes this thread out of the sleepers, unless a release is on its way to it.</summary>
    private bool TryGetUp()
    {
        for (int seen = Volatile.Read(ref sleepers); seen > 0; seen = Volatile.Read(ref sleepers))
        {
            if (Interlocked.CompareExchange(ref sleepers, seen - 1, seen) == seen) return true;
        }

        return false;
    }

    /// <summary>A number that many threads change, alone on its cache lines.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 256)]
    private struct Cursor
    {
        [System.Runtime.InteropServices.FieldOffset(128)]
        public long Value;
    }
}
