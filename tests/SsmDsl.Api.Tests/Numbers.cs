namespace SsmDsl.Api.Tests;

/// <summary>Tensors and comparisons for tests.</summary>
internal static class Numbers
{
    /// <summary>Values between -1 and 1 that look irregular and are the same each time.</summary>
    public static Tensor<float> Wave(params int[] shape) => Seeded(1, shape);

    /// <inheritdoc cref="Wave"/>
    public static Tensor<float> Seeded(int seed, params int[] shape) =>
        Tensor.Create([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => MathF.Sin(seed * 1.7f + i * 0.83f + i * i * 0.013f))], [.. shape.Select(s => (nint)s)]);

    public static T[] Values<T>(this Tensor<T> tensor)
    {
        var values = new T[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    public static void Near(IEnumerable<float> expected, IEnumerable<float> found, double tolerance = 2e-5)
    {
        float[] a = [.. expected], b = [.. found];
        Assert.Equal(a.Length, b.Length);
        double scale = Math.Max(1, a.Select(v => (double)Math.Abs(v)).DefaultIfEmpty().Max());
        for (int i = 0; i < a.Length; i++) Assert.True(Math.Abs(a[i] - b[i]) <= tolerance * scale, $"{i}: expected {a[i]}, found {b[i]}");
    }

    /// <summary>All parameter values, bit by bit.</summary>
    public static int[] Bits(CompiledModel model) => [.. model.Parameters.SelectMany(p => p.ToTensor().Values()).Select(BitConverter.SingleToInt32Bits)];

    public static Tensor<T> Of<T>(T[] values, params int[] shape) => Tensor.Create(values, [.. shape.Select(s => (nint)s)]);
}
