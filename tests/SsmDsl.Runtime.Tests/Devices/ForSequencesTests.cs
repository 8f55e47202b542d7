using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl.Runtime.Tests.Devices;

public sealed unsafe class ForSequencesTests
{
    private static readonly Lock Gate = new();
    private static readonly List<(nint First, nint Count, nint Copy)> Calls = [];

    /// <summary>One by one where that keeps all threads busy and sequences are long, else all at once.</summary>
    [Theory]
    [InlineData(1, 1, 1000, false)]
    [InlineData(1, 3, 64, true)]
    [InlineData(1, 3, 63, false)]
    [InlineData(2, 3, 1000, false)]
    [InlineData(2, 4, 1000, true)]
    [InlineData(2, 5, 1000, true)]
    [InlineData(4, 2, 1000, false)]
    public void Every_sequence_runs_once(int threads, int batch, int length, bool oneByOne)
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
        run.ForSequences(length, &Note, &copy);
        nint[] expected = oneByOne ? [.. Enumerable.Range(0, batch).Select(b => (nint)b)] : [0];
        Assert.Equal(expected, Calls.Select(c => c.First).Order());
        Assert.All(Calls, c => Assert.Equal((oneByOne ? 1 : batch, 7), ((int)c.Count, (int)c.Copy)));
    }

    private static void Note(in ProgramRun run, nint first, nint count, nint* copies)
    {
        lock (Gate) Calls.Add((first, count, copies[0]));
    }
}
