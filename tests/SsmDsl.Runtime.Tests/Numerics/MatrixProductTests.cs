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

    /// <summary>In panels of columns, all rows at once and cut in two, which changes no bit.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void Panels_agree_with_the_triple_loop(int m, int n, int k)
    {
        var random = new Random(3);
        double[] a = Draw(random, m * k), b = Draw(random, k * n), start = Draw(random, m * n), panels = Panels(b, n, k);
        float[] a32 = Array.ConvertAll(a, x => (float)x), panels32 = Array.ConvertAll(panels, x => (float)x);
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool accumulate in new[] { false, true })
            {
                (int ai, int ak) = transposeA ? (1, m) : (k, 1);
                double[] c = [.. start], cut = [.. start];
                float[] c32 = Array.ConvertAll(start, x => (float)x), cut32 = [.. c32];
                int upper = m / 2;
                fixed (double* pa = a, pb = panels, pc = c, pd = cut)
                fixed (float* fa = a32, fb = panels32, fc = c32, fd = cut32)
                {
                    MatrixProduct.RunPanels(m, n, k, pa, ai, ak, pb, pc, n, accumulate);
                    MatrixProduct.RunPanels(m, n, k, fa, ai, ak, fb, fc, n, accumulate);
                    MatrixProduct.RunPanels(upper, n, k, pa, ai, ak, pb, pd, n, accumulate, m);
                    MatrixProduct.RunPanels(m - upper, n, k, pa + upper * ai, ai, ak, pb, pd + upper * n, n, accumulate, m);
                    MatrixProduct.RunPanels(upper, n, k, fa, ai, ak, fb, fd, n, accumulate, m);
                    MatrixProduct.RunPanels(m - upper, n, k, fa + upper * ai, ai, ak, fb, fd + upper * n, n, accumulate, m);
                }

                Assert.Equal(c, cut);
                Assert.Equal(c32, cut32);
                for (int at = 0; at < c.Length; at++)
                {
                    double sum = accumulate ? start[at] : 0;
                    for (int l = 0; l < k; l++) sum += a[at / n * ai + l * ak] * b[l * n + at % n];
                    Assert.Equal(sum, c[at], 1e-12 * (k + 1));
                    Assert.Equal(sum, c32[at], 2e-6 * (k + 1));
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
    [InlineData(1, 3001, 100, false, true)]
    [InlineData(5, 700, 300, false, true)]
    public void Results_do_not_depend_on_threads(int m, int n, int k, bool transposeB, bool inPanels = false)
    {
        var random = new Random(2);
        double[] drawn = Draw(random, k * n);
        float[] a = Array.ConvertAll(Draw(random, m * k), x => (float)x), b = Array.ConvertAll(inPanels ? Panels(drawn, n, k) : drawn, x => (float)x);
        (int ai, int ak) = m > 16 ? (1, m) : (k, 1);
        (int bk, int bj) = transposeB ? (1, k) : (n, 1);
        float[][] results = [.. new[] { 0, 1, 2, 3 }.Select(threads =>
        {
            float[] c = new float[m * n];
            using ThreadWorkPool? pool = threads == 0 ? null : new ThreadWorkPool(threads);
            WorkPool.Current = pool;
            fixed (float* pa = a, pb = b, pc = c)
            {
                if (inPanels) MatrixProduct.RunPanels(m, n, k, pa, ai, ak, pb, pc, n, false);
                else MatrixProduct.Run(m, n, k, pa, ai, ak, pb, bk, bj, pc, n, 1, 1, false);
            }

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

    private static double[] Panels(double[] b, int n, int k)
    {
        const int wide = MatrixProduct.PanelColumns;
        var panels = new double[(n + wide - 1) / wide * wide * k];
        for (int l = 0; l < k; l++)
        {
            for (int j = 0; j < n; j++) panels[(j / wide * k + l) * wide + j % wide] = b[l * n + j];
        }

        return panels;
    }

    private static double[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
}
