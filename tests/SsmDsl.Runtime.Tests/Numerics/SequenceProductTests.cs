using SsmDsl.Devices;
using SsmDsl.Numerics;
using SsmDsl.Programs;

namespace SsmDsl.Runtime.Tests.Numerics;

public sealed unsafe class SequenceProductTests
{
    /// <summary>Groups of sequences, whose matrices lie apart from each other, the last group smaller.</summary>
    [Theory]
    [InlineData(1, 1, 64, 64, 300)]
    [InlineData(5, 2, 40, 37, 70)]
    [InlineData(3, 1, 128, 33, 9)]
    [InlineData(7, 3, 5, 100, 257)]
    [InlineData(2, 4, 70, 70, 0)]
    public void Agrees_with_the_loop_for_any_threads_and_order(int batch, int group, int m, int n, int k)
    {
        var random = new Random(3);
        (int aSequence, int bSequence, int groups) = (k * m + 7, k * (n + 3), (batch + group - 1) / group);
        double[] a = Draw(batch * aSequence), b = Draw(batch * bSequence), expected = new double[groups * (m * n + 5)];
        for (int sequence = 0; sequence < batch; sequence++)
        {
            for (int i = 0; i < m * n; i++)
            {
                for (int t = 0; t < k; t++)
                    expected[sequence / group * (m * n + 5) + i] += -0.5 * a[sequence * aSequence + t * m + i / n] * b[sequence * bSequence + t * (n + 3) + i % n];
            }
        }

        float[] a32 = Array.ConvertAll(a, x => (float)x), b32 = Array.ConvertAll(b, x => (float)x);
        float[][] results = [.. new[] { (1, false), (3, false), (8, false), (1, true) }.Select(r => Run(r.Item1, r.Item2))];
        Assert.All(results, r => Assert.Equal(results[0], r));
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], results[0][i], 2e-5 * Math.Sqrt(1 + k * group));
        using var pool = new ThreadWorkPool(2);
        double[] doubles = new double[expected.Length];
        fixed (double* pa = a, pb = b, pc = doubles)
            MatrixProduct.OverSequences(Of(pool), "c", 0, batch, group, m, n, k, pa, aSequence, m, pb, bSequence, n + 3, pc, m * n + 5, n, -0.5, false);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], doubles[i], 1e-12 * (1 + k * group));

        float[] Run(int threads, bool oneByOne)
        {
            float[] c = new float[expected.Length];
            using var pool = new ThreadWorkPool(threads);
            fixed (float* pa = a32, pb = b32, pc = c)
            {
                for (int first = 0; first < batch; first += oneByOne ? 1 : batch)
                {
                    MatrixProduct.OverSequences(
                        Of(pool), "c", first, oneByOne ? 1 : batch, group, m, n, k, pa + first * aSequence, aSequence, m, pb + first * bSequence, bSequence, n + 3,
                        pc, m * n + 5, n, -0.5f, false);
                }
            }

            return c;
        }

        ProgramRun Of(WorkPool pool)
        {
            dims[0] = batch;
            return new ProgramRun
            {
                Dims = (nint*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(dims, 0),
                Slots = null,
                Buffers = null,
                RandomKey = 0,
                Training = false,
                Start = true,
                Offset = 0,
                Pool = pool,
                Faults = null,
            };
        }

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
    }

    private readonly nint[] dims = GC.AllocateArray<nint>(1, pinned: true);
}
