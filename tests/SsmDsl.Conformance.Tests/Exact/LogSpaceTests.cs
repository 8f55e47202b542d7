namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>minGRU in log space (arXiv:2410.01201, appendix B): log h[t] = A[t] + logsumexp of (log h₀, log z[s] + log h̃[s] - A[s]), A[t] = Σ log(1 - z).</summary>
public sealed class LogSpaceTests
{
    [Fact]
    public void MinGru_is_the_same_in_log_space()
    {
        const int length = 60, features = 4, states = 3;
        using var model = new SmallModel("model M(x: real[T, 4], h0: real[3]) -> y: real[T, 3] { y = MinGru[3](x, h0) as it }");
        Dictionary<string, TensorData> w = model.Initial(1);

        // logarithms need candidates above 0
        for (int n = 0; n < states; n++) w["it.linear_h.bias"].Values[n] = 3 + n;
        TensorData x = Numbers.Random(2, 1, length, features), start = Numbers.Of([0.5, 1, 2], 1, states);
        double[] actual = model.Run(w, new() { ["x"] = x, ["h0"] = start })["y"].Values;

        double Linear(string name, int t, int n) => w[$"it.{name}.bias"].At(n) + Enumerable.Range(0, features).Sum(d => w[$"it.{name}.weight"].At(n, d) * x.At(0, t, d));
        double LogKeep(int t, int n) => -Numbers.Softplus(Linear("linear_z", t, n));
        double LogNew(int t, int n) => -Numbers.Softplus(-Linear("linear_z", t, n)) + Math.Log(Linear("linear_h", t, n));
        double Kept(int t, int n) => Enumerable.Range(0, t + 1).Sum(s => LogKeep(s, n));
        IEnumerable<double> expected =
            from t in Enumerable.Range(0, length)
            from n in Enumerable.Range(0, states)
            let terms = Enumerable.Range(0, t + 1).Select(s => LogNew(s, n) - Kept(s, n)).Prepend(Math.Log(start.At(0, n))).ToArray()
            let most = terms.Max()
            select Math.Exp(Kept(t, n) + most + Math.Log(terms.Sum(v => Math.Exp(v - most))));
        Numbers.AssertClose(expected, actual, 1e-12);
    }
}
