namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>
/// White input and the LRU (arXiv:2303.06349, proposition 3.3): E‖h‖²/E‖B u‖² is the mean of γ²/(1 - |λ|²); with γ = 1 and |λ|² uniform
/// between rMin² and rMax² that is log((1 - rMin²)/(1 - rMax²))/(rMax² - rMin²), with the layer's γ it is 1.
/// </summary>
public sealed class NormalisationTests
{
    [Theory]
    [InlineData(0, 0.9, 2.05)]
    [InlineData(0, 0.99, 4.0)]
    [InlineData(0.9, 0.99, 13.3)]
    [InlineData(0.9, 0.999, 24.2)]
    [InlineData(0.99, 0.999, 128.4)]
    public void Gains_of_initial_states_are_those_of_the_ring(double low, double high, double published)
    {
        double gain = Math.Log((1 - low * low) / (1 - high * high)) / (high * high - low * low);
        Assert.Equal(published, gain, 0.006 * published);
        using var model = new SmallModel(FormattableString.Invariant(
            $"model M(u: real[T, 1]) -> y: real[T, 1] {{ y = u |> Lru[8192](rMin: {low}, rMax: {high}) as it }}"));
        Dictionary<string, TensorData> w = model.Initial(3);
        double[] gains = [.. w["it.nu_log"].Values.Select(nu => 1 / (1 - Math.Exp(-2 * Math.Exp(nu))))];
        double mean = gains.Average(), error = Math.Sqrt(gains.Average(g => (g - mean) * (g - mean)) / gains.Length);
        Assert.InRange(mean, gain - 5 * error, gain + 5 * error);
        Assert.All(w["it.gamma_log"].Values.Zip(gains), pair => Assert.Equal(1, Math.Exp(2 * pair.First) * pair.Second, 1e-9));
    }

    [Theory]
    [InlineData("ComplexLinearRnn[64](rMin: 0, rMax: 0.9)", false)]
    [InlineData("ComplexLinearRnn[64](rMin: 0.9, rMax: 0.99)", false)]
    [InlineData("Lru[64](rMin: 0.9, rMax: 0.99)", true)]
    public void Simulated_states_have_that_size(string layer, bool isNormalised)
    {
        const int batch = 64, length = 500, features = 16, states = 64;
        using var model = new SmallModel($"model M(u: real[T, {features}]) -> last: complex[{states}] {{ (_, last) = {layer.Replace("(", "(u, ", StringComparison.Ordinal)} as it }}");
        Dictionary<string, TensorData> w = model.Initial(1);
        double root = Math.Sqrt(3);
        TensorData u = Numbers.Random(2, batch, length, features);
        for (int i = 0; i < u.Values.Length; i++) u.Values[i] *= root;
        double[][] last = [.. model.Run(w, new() { ["u"] = u })["last"].Values.Chunk(2 * states)];

        double InputSize(int n) => Enumerable.Range(0, features).Sum(d => isNormalised
            ? Math.Pow(w["it.B_re"].At(n, d), 2) + Math.Pow(w["it.B_im"].At(n, d), 2)
            : Math.Pow(w["it.B"].At(n, d, 0), 2) + Math.Pow(w["it.B"].At(n, d, 1), 2));
        double inputs = Enumerable.Range(0, states).Sum(InputSize);
        double expected = isNormalised ? 1 : Enumerable.Range(0, states).Sum(n => InputSize(n) / (1 - Math.Exp(-2 * Math.Exp(w["it.nu_log"].At(n))))) / inputs;
        double[] gains = [.. last.Select(h => h.Sum(v => v * v) / inputs)];
        double mean = gains.Average(), error = Math.Sqrt(gains.Average(g => (g - mean) * (g - mean)) / batch);
        Assert.True(error < 0.1 * expected);
        Assert.InRange(mean, expected - 5 * error, expected + 5 * error);
    }
}
