using System.Diagnostics;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>
/// A pool that notes how long each parallel loop takes: kernels reach their threads through it, so that nothing has to be added
/// to generated code, and nothing is paid where nobody asks.
/// </summary>
internal sealed unsafe class RecordingPool(WorkPool inner) : WorkPool
{
    [ThreadStatic]
    private static bool within;

    private readonly Dictionary<nint, (long Ticks, long Calls)> loops = [];
    private readonly Dictionary<string, (long Ticks, long Calls)> named = [];
    private readonly int caller = Environment.CurrentManagedThreadId;

    public override int Threads => inner.Threads;

    /// <summary>Kernels are measured one by one, each over all sequences.</summary>
    public override nint LeastSequence => nint.MaxValue;

    /// <summary>Time and calls by the address of the loop's body.</summary>
    public IReadOnlyDictionary<nint, (long Ticks, long Calls)> Loops => loops;

    /// <summary>The same of loops that have names.</summary>
    public IReadOnlyDictionary<string, (long Ticks, long Calls)> Named => named;

    public override void For(nint count, delegate*<nint, void*, void> body, void* context) => Record(count, body, context, loops, (nint)body);

    public override void For(nint count, delegate*<nint, void*, void> body, void* context, string name) => Record(count, body, context, named, name);

    public void Clear()
    {
        loops.Clear();
        named.Clear();
    }

    private void Record<TKey>(nint count, delegate*<nint, void*, void> body, void* context, Dictionary<TKey, (long Ticks, long Calls)> times, TKey key)
        where TKey : notnull
    {
        // A loop inside of another is part of it.
        if (within || Environment.CurrentManagedThreadId != caller)
        {
            inner.For(count, body, context);
            return;
        }

        within = true;
        long started = Stopwatch.GetTimestamp();
        try
        {
            inner.For(count, body, context);
        }
        finally
        {
            within = false;
            (long ticks, long calls) = times.GetValueOrDefault(key);
            times[key] = (ticks + Stopwatch.GetTimestamp() - started, calls + 1);
        }
    }
}

/// <summary>A device whose loops are noted.</summary>
internal sealed class RecordingDevice(Device inner) : Device
{
    public RecordingPool Recording { get; } = new(inner.Pool);

    public override WorkPool Pool => Recording;

    public override string ToString() => inner.ToString();

    /// <summary>The inner device stays its owner's.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
