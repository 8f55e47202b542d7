using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl.Runtime.Tests.Devices;

public sealed unsafe class ForSequencesTests
{
    private static readonly Lock Gate = new();
    private static readonly List<(nint First, nint Count, nint Copy)> Calls = [];

    /// <summary>One by one where that keeps all threads busy and sequences are long, else all at once.</summary>
    [Theory]
    [InlineData(1, 1, 1000, 1, false)]
    [InlineData(1, 3, 64, 1, true)]
    [InlineData(1, 3, 63, 1, false)]
    [InlineData(2, 3, 1000, 1, false)]
    [InlineData(2, 4, 1000, 1, true)]
    [InlineData(2, 5, 1000, 1, true)]
    [InlineData(4, 2, 1000, 1, false)]
    [InlineData(2, 17, 1000, 2, true)]
    [InlineData(3, 17, 1000, 6, true)]
    [InlineData(4, 17, 1000, 6, false)]
    public void Every_sequence_runs_once(int threads, int batch, int length, int group, bool oneByOne)
    {
        using var pool = new ThreadWorkPool(threads);
        nint* dims = stackalloc nint[] { batch, length };
        nint copy = 7;
        var run = new ProgramRun
        {
            Dims = dims,
            Slots = null,
            Buffers = null,
            RandomKey = 0,
            Training = false,
            Start = true,
            Offset = 0,
            Pool = pool,
            Faults = null,
        };
        Calls.Clear();
        run.ForSequences(length, group, &Note, &copy);
        nint[] expected = oneByOne ? [.. Enumerable.Range(0, batch).Select(b => (nint)b)] : [0];
        Assert.Equal(expected, Calls.Select(c => c.First).Order());
        Assert.All(Calls, c => Assert.Equal((oneByOne ? 1 : batch, 7), ((int)c.Count, (int)c.Copy)));
        Assert.All(Calls.GroupBy(c => c.First / group), g => Assert.Equal(g.Select(c => c.First).Order(), g.Select(c => c.First)));
    }

    /// <summary>What a sequence has in a thread's buffers stays until the part is at its end.</summary>
    [Fact]
    public void Sequences_that_run_at_a_time_have_buffers_of_their_own()
    {
        const int threads = 4, batch = 400;
        using var pool = new ThreadWorkPool(threads);
        nint* dims = stackalloc nint[] { batch };
        int* numbers = stackalloc int[threads];
        int wrong = 0;
        byte** buffers = stackalloc byte*[2], tables = stackalloc byte*[threads * 2];
        buffers[0] = buffers[1] = (byte*)&wrong;
        for (int i = 0; i < threads; i++)
        {
            tables[2 * i] = (byte*)(numbers + i);
            tables[2 * i + 1] = (byte*)&wrong;
        }

        var run = new ProgramRun
        {
            Dims = dims,
            Slots = null,
            Buffers = buffers,
            RandomKey = 0,
            Training = false,
            Start = true,
            Offset = 0,
            Pool = pool,
            Faults = null,
            SequenceBuffers = tables,
            SequenceTable = 2,
        };
        run.ForSequences(1000, 3, &Hold, null);
        Assert.Equal(0, wrong);
        (run with { AllAtOnce = true }).ForSequences(1000, 3, &Hold, null);
        Assert.Equal(0, wrong);
    }

    private static void Hold(in ProgramRun run, nint first, nint count, nint* copies)
    {
        if (count != 1)
        {
            if (count != run.Dims[0]) Interlocked.Increment(ref *(int*)run.Buffers[1]);
            return;
        }

        *(int*)run.Buffers[0] = (int)first;
        Thread.SpinWait(2000);
        if (Volatile.Read(ref *(int*)run.Buffers[0]) != first) Interlocked.Increment(ref *(int*)run.Buffers[1]);
    }

    private static void Note(in ProgramRun run, nint first, nint count, nint* copies)
    {
        lock (Gate) Calls.Add((first, count, copies[0]));
    }
}
