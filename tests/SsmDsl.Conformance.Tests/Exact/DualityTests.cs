namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>State space duality: the recurrence of Mamba-2 is attention with the mask L[i, j] = a[j+1] … a[i], y = (L ∘ C Bᵀ) (Δ x).</summary>
public sealed class DualityTests
{
    private const int D = 4, E = 12, N = 3, P = 2, G = 2, Taps = 4, Length = 70;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(Length)]
    public void Mamba2_is_masked_attention(int chunk)
    {
        using var model = new SmallModel($"model M(u: real[T, {D}]) -> y: real[T, {D}] {{ y = u |> Mamba2[E: {E}, N: {N}, P: {P}, G: {G}] as it }}");
        Dictionary<string, TensorData> w = model.Initial(1).ToDictionary(p => p.Key[3..], p => p.Value);
        for (int h = 0; h < E / P; h++) w["D"].Values[h] = 0.5 + h;
        for (int e = 0; e < E; e++) w["norm.weight"].Values[e] = 1 + 0.1 * e;
        TensorData u = Numbers.Random(2, 1, Length, D);
        Dictionary<string, TensorData> weights = w.ToDictionary(p => "it." + p.Key, p => p.Value);
        double[] actual = model.Run(weights, new() { ["u"] = u }, chunk == 0 ? [] : ["--chunk", $"{chunk}"])["y"].Values;
        Numbers.AssertClose(Attention(w, u), actual, 1e-11);
    }

    private static IEnumerable<double> Attention(Dictionary<string, TensorData> w, TensorData u)
    {
        const int channels = E + 2 * G * N, heads = E / P;
        double[][] zxbcdt = [.. Enumerable.Range(0, Length).Select(t => w["in_proj.weight"].Times(u.Values[(t * D)..((t + 1) * D)]))];
        double[][] xbc = [.. Enumerable.Range(0, Length).Select(t => Enumerable.Range(0, channels).Select(c => Numbers.Silu(w["conv1d.bias"].At(c)
            + Enumerable.Range(0, Taps).Where(k => t - (Taps - 1) + k >= 0).Sum(k => w["conv1d.weight"].At(c, 0, k) * zxbcdt[t - (Taps - 1) + k][E + c]))).ToArray())];
        double Delta(int t, int h) => Numbers.Softplus(zxbcdt[t][E + channels + h] + w["dt_bias"].At(h));
        double B(int t, int h, int n) => xbc[t][E + h / (heads / G) * N + n];
        double C(int t, int h, int n) => xbc[t][E + G * N + h / (heads / G) * N + n];
        for (int i = 0; i < Length; i++)
        {
            var gated = new double[E];
            for (int h = 0; h < heads; h++)
            {
                for (int p = 0; p < P; p++) gated[h * P + p] = w["D"].At(h) * xbc[i][h * P + p];
                double log = 0;
                for (int j = i; j >= 0; j--)
                {
                    double share = Math.Exp(log) * Enumerable.Range(0, N).Sum(n => C(i, h, n) * B(j, h, n)) * Delta(j, h);
                    for (int p = 0; p < P; p++) gated[h * P + p] += share * xbc[j][h * P + p];
                    log -= Delta(j, h) * Math.Exp(w["A_log"].At(h));
                }
            }

            for (int e = 0; e < E; e++) gated[e] *= Numbers.Silu(zxbcdt[i][e]);
            double[] normed = [.. Enumerable.Range(0, E).Select(e =>
                gated[e] * w["norm.weight"].At(e) / Math.Sqrt(gated.Skip(e / (E / G) * (E / G)).Take(E / G).Average(v => v * v) + 1e-5))];
            foreach (double y in w["out_proj.weight"].Times(normed)) yield return y;
        }
    }
}
