using System.Diagnostics;
using SsmDsl.Devices;

namespace SsmDsl.Runtime.Tests.Devices;

[Collection(nameof(ProcessorTime))]
public sealed unsafe class ThreadWorkPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_runs_once_in_loops_of_every_length(int threads)
    {
        using var pool = new ThreadWorkPool(threads);
        for (int round = 0; round < 300; round++)
        {
            int[] counts = new int[round % 37];
            fixed (int* first = counts) pool.For(counts.Length, &Count, first);
            Assert.All(counts, c => Assert.Equal(1, c));
        }
    }

    [Fact]
    public void Loops_start_again_after_the_threads_have_fallen_asleep()
    {
        using var pool = new ThreadWorkPool(3);
        for (int round = 0; round < 20; round++)
        {
            int[] counts = new int[64];
            fixed (int* first = counts) pool.For(counts.Length, &Count, first);
            Assert.All(counts, c => Assert.Equal(1, c));
            Thread.Sleep(round % 5);
        }
    }

    [Fact]
    public void Loops_within_loops_and_of_several_callers_run_to_their_end()
    {
        using var pool = new ThreadWorkPool(2);
        var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() => RunNested(pool))).ToArray();
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.Equal(4 * 50 * 8 * 4, nested);
    }

    [Fact]
    public void An_exception_of_an_item_reaches_the_caller_and_the_pool_goes_on()
    {
        using var pool = new ThreadWorkPool(2);
        for (int round = 0; round < 20; round++)
        {
            Assert.Throws<InvalidOperationException>(() => pool.For(100, &Fail, null));
            int[] counts = new int[10];
            fixed (int* first = counts) pool.For(counts.Length, &Count, first);
            Assert.All(counts, c => Assert.Equal(1, c));
        }
    }

    [Fact]
    public void A_loop_allocates_nothing()
    {
        using var pool = new ThreadWorkPool(2);
        int* counts = stackalloc int[16];
        for (int i = 0; i < 100; i++) pool.For(16, &Count, counts);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) pool.For(16, &Count, counts);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_pool_that_waits_uses_no_processor_time()
    {
        using var pool = new ThreadWorkPool(4);
        int* counts = stackalloc int[16];
        pool.For(16, &Count, counts);
        Thread.Sleep(50);

        // The runtime itself (its compiler, its collector) may be at work meanwhile: the best of some intervals counts.
        double least = double.MaxValue;
        for (int i = 0; i < 20 && least > 0.02; i++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            Thread.Sleep(100);
            least = Math.Min(least, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds / 0.1);
        }

        Assert.True(least < 0.5, $"{least:P0} of a processor");
    }

    private static int nested;

    private static void RunNested(ThreadWorkPool pool)
    {
        nint handle = System.Runtime.InteropServices.GCHandle.ToIntPtr(System.Runtime.InteropServices.GCHandle.Alloc(pool));
        for (int i = 0; i < 50; i++) pool.For(8, &Nest, (void*)handle);
        System.Runtime.InteropServices.GCHandle.FromIntPtr(handle).Free();
    }

    private static void Nest(nint item, void* context)
    {
        var pool = (ThreadWorkPool)System.Runtime.InteropServices.GCHandle.FromIntPtr((nint)context).Target!;
        pool.For(4, &Add, null);
    }

    private static void Add(nint item, void* context) => Interlocked.Increment(ref nested);

    private static void Count(nint item, void* context) => Interlocked.Increment(ref ((int*)context)[item]);

    private static void Fail(nint item, void* context)
    {
        if (item == 37) throw new InvalidOperationException("item");
    }
}
