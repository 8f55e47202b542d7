using System.Numerics;

namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>Tensors and dense linear algebra of the tests, in double precision.</summary>
internal static class Numbers
{
    /// <summary>Uniform in (-1, 1).</summary>
    public static TensorData Random(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return Of([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => 2 * random.NextDouble() - 1)], shape);
    }

    public static TensorData Of(double[] values, params long[] shape) => new(shape, values, IsInteger: false);

    /// <summary>An element of a real tensor.</summary>
    public static double At(this TensorData tensor, params long[] index) => tensor.Values[Place(tensor.Shape, index)];

    /// <summary>An element of a complex tensor, whose last axis is 2.</summary>
    public static Complex ComplexAt(this TensorData tensor, params long[] index)
    {
        long place = Place(tensor.Shape, [.. index, 0]);
        return new(tensor.Values[place], tensor.Values[place + 1]);
    }

    public static TensorData ToTensor(this IEnumerable<Complex> values, params long[] shape) => Of([.. values.SelectMany(z => new[] { z.Real, z.Imaginary })], [.. shape, 2]);

    /// <summary>Positions [from, to) of axis 1.</summary>
    public static TensorData Part(this TensorData tensor, long from, long to)
    {
        long inner = tensor.Shape.Skip(2).Aggregate(1L, (a, b) => a * b), length = tensor.Shape[1];
        IEnumerable<double> values = Enumerable.Range(0, (int)tensor.Shape[0]).SelectMany(b => tensor.Values[(int)((b * length + from) * inner)..(int)((b * length + to) * inner)]);
        return tensor with { Shape = [tensor.Shape[0], to - from, .. tensor.Shape.Skip(2)], Values = [.. values] };
    }

    public static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance, string what = "")
    {
        double[] a = [.. expected], b = [.. actual];
        Assert.Equal(a.Length, b.Length);
        double scale = a.Append(0).Max(Math.Abs), worst = a.Zip(b, (x, y) => Math.Abs(x - y)).Aggregate(0.0, Math.Max);
        Assert.True(worst <= tolerance * scale, $"{what}: error {worst:E2} of {scale:E2}");
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>W x, with W [rows, columns].</summary>
    public static double[] Times(this TensorData matrix, double[] x) =>
        [.. Enumerable.Range(0, (int)matrix.Shape[0]).Select(i => x.Select((v, j) => matrix.At(i, j) * v).Sum())];

    public static Complex[] Times(Complex[,] matrix, Complex[] x) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => Enumerable.Range(0, x.Length).Aggregate(Complex.Zero, (sum, j) => sum + matrix[i, j] * x[j]))];

    /// <summary>The solution of M X = R by elimination with pivots.</summary>
    public static Complex[,] Solve(Complex[,] matrix, Complex[,] right)
    {
        int size = matrix.GetLength(0), columns = right.GetLength(1);
        (Complex[,] m, Complex[,] x) = ((Complex[,])matrix.Clone(), (Complex[,])right.Clone());
        for (int p = 0; p < size; p++)
        {
            int pivot = Enumerable.Range(p, size - p).MaxBy(i => m[i, p].Magnitude);
            for (int j = 0; j < size; j++) (m[p, j], m[pivot, j]) = (m[pivot, j], m[p, j]);
            for (int j = 0; j < columns; j++) (x[p, j], x[pivot, j]) = (x[pivot, j], x[p, j]);
            for (int i = 0; i < size; i++)
            {
                if (i == p) continue;
                Complex factor = m[i, p] / m[p, p];
                for (int j = 0; j < size; j++) m[i, j] -= factor * m[p, j];
                for (int j = 0; j < columns; j++) x[i, j] -= factor * x[p, j];
            }
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < columns; j++) x[i, j] /= m[i, i];
        }

        return x;
    }

    private static long Place(long[] shape, long[] index)
    {
        long place = 0;
        for (int axis = 0; axis < shape.Length; axis++) place = place * shape[axis] + index[axis];
        return place;
    }
}
