using SsmDsl.Devices;
using SsmDsl.Numerics;
using SsmDsl.Programs;

namespace SsmDsl.Runtime.Tests.Numerics;

public sealed unsafe class MatrixProductTests
{
    public static TheoryData<int, int, int> Sizes() => new()
    {
        { 1, 1, 1 }, { 8, 32, 16 }, { 7, 31, 5 }, { 16, 33, 300 }, { 3, 70, 257 }, { 50, 4, 9 }, { 9, 64, 0 }, { 25, 100, 3 }, { 5, 64, 40 }, { 40, 37, 70 },
        { 1, 200, 300 }, { 2, 41, 33 }, { 3, 9, 64 }, { 4, 500, 130 }, { 15, 7, 48 }, { 16, 12, 100 }, { 1, 2000, 40 }, { 17, 40, 64 }, { 20, 33, 700 }, { 40, 64, 1500 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Agrees_with_the_triple_loop_for_all_strides(int m, int n, int k)
    {
        var random = new Random(1);
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool transposeB in new[] { false, true })
            {
                foreach (bool transposeC in new[] { false, true })
                {
                    foreach (bool accumulate in new[] { false, true })
                        foreach (double factor in new[] { 1, -0.5 }) Check(random, m, n, k, transposeA, transposeB, transposeC, factor, accumulate);
                }
            }
        }
    }

    /// <summary>With few rows threads share the columns, with a small result the depth.</summary>
    [Theory]
    [InlineData(40, 33, 5000, false)]
    [InlineData(1, 3000, 100, true)]
    [InlineData(3, 257, 1000, true)]
    [InlineData(1, 3001, 100, false)]
    [InlineData(5, 700, 300, false)]
    public void Results_do_not_depend_on_threads(int m, int n, int k, bool transposeB)
    {
        var random = new Random(2);
        float[] a = Array.ConvertAll(Draw(random, m * k), x => (float)x), b = Array.ConvertAll(Draw(random, k * n), x => (float)x);
        (int ai, int ak) = m > 16 ? (1, m) : (k, 1);
        (int bk, int bj) = transposeB ? (1, k) : (n, 1);
        float[][] results = [.. new[] { 0, 1, 2, 3 }.Select(threads =>
        {
            float[] c = new float[m * n];
            using ThreadWorkPool? pool = threads == 0 ? null : new ThreadWorkPool(threads);
            WorkPool.Current = pool;
            fixed (float* pa = a, pb = b, pc = c) MatrixProduct.Run(m, n, k, pa, ai, ak, pb, bk, bj, pc, n, 1, 1, false);
            WorkPool.Current = null;
            return c;
        })];
        Assert.All(results, r => Assert.Equal(results[0], r));
    }

    private static void Check(Random random, int m, int n, int k, bool ta, bool tb, bool tc, double factor, bool accumulate)
    {
        double[] a = Draw(random, m * k), b = Draw(random, k * n), start = Draw(random, m * n);
        (int ai, int ak) = ta ? (1, m) : (k, 1);
        (int bk, int bj) = tb ? (1, k) : (n, 1);
        (int ci, int cj) = tc ? (1, m) : (n, 1);
        var expected = (double[])start.Clone();
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = accumulate ? start[i * ci + j * cj] : 0;
                for (int l = 0; l < k; l++) sum += factor * a[i * ai + l * ak] * b[l * bk + j * bj];
                expected[i * ci + j * cj] = sum;
            }
        }

        var c = (double[])start.Clone();
        float[] a32 = Array.ConvertAll(a, x => (float)x), b32 = Array.ConvertAll(b, x => (float)x), c32 = Array.ConvertAll(start, x => (float)x);
        fixed (double* pa = a, pb = b, pc = c)
        fixed (float* fa = a32, fb = b32, fc = c32)
        {
            MatrixProduct.Run(m, n, k, pa, ai, ak, pb, bk, bj, pc, ci, cj, factor, accumulate);
            MatrixProduct.Run(m, n, k, fa, ai, ak, fb, bk, bj, fc, ci, cj, (float)factor, accumulate);
        }

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], c[i], 1e-12 * (k + 1));
            Assert.Equal(expected[i], c32[i], 2e-6 * (k + 1));
        }
    }

    private static double[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
}
