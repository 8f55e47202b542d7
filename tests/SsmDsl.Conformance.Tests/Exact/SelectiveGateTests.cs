namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>Theorem 1 of Mamba's paper: with N = 1, A = -1, B = 1, zero-order hold and Δ = softplus(s), the selective recurrence is a gate.</summary>
public sealed class SelectiveGateTests
{
    [Fact]
    public void Selective_recurrence_with_one_state_is_a_gated_one()
    {
        const int length = 45, features = 3;
        using var model = new SmallModel("""
            model M(x: real[T, 3]) -> h: real[T, 3] {
                let s = Linear[3]
                A[n: 1] = -1
                B[n: 1] = 1
                raw = s(x)
                delta[t, d] = softplus(raw[t, d])
                state[t, d, n: 1] = exp(delta[t, d] * A[n]) * state[t-1, d, n] + (exp(delta[t, d] * A[n]) - 1) / A[n] * B[n] * x[t, d]
                h[t, d] = state[t, d, 0]
            }
            """);
        Dictionary<string, TensorData> weights = model.Initial(1);
        TensorData x = Numbers.Random(2, 1, length, features);
        double[] actual = model.Run(weights, new() { ["x"] = x })["h"].Values;

        var expected = new List<double>();
        var h = new double[features];
        for (int t = 0; t < length; t++)
        {
            double[] now = x.Values[(t * features)..((t + 1) * features)], s = weights["s.weight"].Times(now);
            for (int d = 0; d < features; d++)
            {
                double g = Numbers.Sigmoid(s[d] + weights["s.bias"].At(d));
                expected.Add(h[d] = (1 - g) * h[d] + g * now[d]);
            }
        }

        Numbers.AssertClose(expected, actual, 1e-13);
    }
}
