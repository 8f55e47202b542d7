namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>In training, Dropout keeps with probability 1 - p, scales by 1/(1 - p), and draws again each step.</summary>
public sealed class DropoutTests
{
    [Fact]
    public void Keeps_and_scales()
    {
        const int batch = 4, length = 500, features = 10, count = batch * length * features;
        const double p = 0.3;
        using var model = new SmallModel("model M(x: real[T, 10]) -> y: real[T, 10] {\n y = x |> Dropout(p: 0.3)\n loss = sum(y)\n }");
        var inputs = new Dictionary<string, TensorData> { ["x"] = Numbers.Of([.. Enumerable.Repeat(1.0, count)], batch, length, features) };
        Dictionary<string, TensorData> Run(int step) => model.Run([], inputs, "--grad", "--training", "--seed", "5", "--step", $"{step}");
        Dictionary<string, TensorData> first = Run(1), second = Run(2);
        double[] a = first["y"].Values, b = second["y"].Values;
        Assert.All(a, v => Assert.True(v == 0 || Math.Abs(v - 1 / (1 - p)) < 1e-15));
        double error = 5 * Math.Sqrt(p * (1 - p) / count);
        Assert.InRange(a.Count(v => v != 0) / (double)count, 1 - p - error, 1 - p + error);
        Assert.InRange(a.Zip(b).Count(v => v.First != 0 && v.Second != 0) / (double)count, (1 - p) * (1 - p) - error, (1 - p) * (1 - p) + error);
        Assert.InRange(a.Zip(a.Skip(1)).Count(v => v.First != 0 && v.Second != 0) / (double)count, (1 - p) * (1 - p) - error, (1 - p) * (1 - p) + error);
        Assert.Equal(a, first["grad.x"].Values.Select(g => g * batch));
        Assert.Equal(a, Run(1)["y"].Values);
        Assert.Equal(inputs["x"].Values, model.Run([], inputs)["y"].Values);
    }
}
