namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>
/// For white input E(dh/dλ)² is (1 + λ²)/(1 - λ²)³. dh/dλ is linear in the input, so that the mean square is the sum of the squares
/// for single pulses, one sequence of the batch each.
/// </summary>
public sealed class SensitivityTests
{
    [Theory]
    [InlineData(0.5, 64, 3.0)]
    [InlineData(0.9, 260, 263.9)]
    [InlineData(0.99, 1900, 2.51e5)]
    public void Mean_square_of_the_derivative(double lambda, int length, double published)
    {
        using var model = new SmallModel("model M(u: real[T], a: real) -> h: real[T] {\n h[t] = a * h[t-1] + u[t]\n loss = sum[t | t == T - 1] h[t]\n }");
        var pulses = new double[length * length];
        for (int i = 0; i < length; i++) pulses[i * length + i] = 1;
        TensorData derivative = model.Run([], new()
        {
            ["u"] = Numbers.Of(pulses, length, length),
            ["a"] = Numbers.Of([.. Enumerable.Repeat(lambda, length)], length),
        }, "--grad")["grad.a"];

        // the loss is the mean over the batch
        double sum = derivative.Values.Sum(g => g * length * g * length), exact = (1 + lambda * lambda) / Math.Pow(1 - lambda * lambda, 3);
        Assert.Equal(exact, sum, 1e-9 * exact);
        Assert.Equal(published, exact, 0.02 * published);
    }
}
