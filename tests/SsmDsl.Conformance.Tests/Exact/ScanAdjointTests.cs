using System.Numerics;

namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>
/// The adjoint of h[t] = a[t] h[t-1] + b[t], with ∂L/∂h = g: μ[t] = Σ over s ≥ t of conj(a[t+1] … a[s]) g[s], written out; db = μ,
/// da[t] = μ[t] conj(h[t-1]), dh₀ = conj(a[0]) μ[0].
/// </summary>
public sealed class ScanAdjointTests
{
    private const int States = 3;

    private static string Program(string element, string product) => $$"""
        model M(a: {{element}}[T, 3], b: {{element}}[T, 3], g: {{element}}[T, 3], h0: {{element}}[3]) -> h: {{element}}[T, 3] {
            h[-1, n] = h0[n]
            h[t, n] = a[t, n] * h[t-1, n] + b[t, n]
            loss = sum[t, n] {{product}}
        }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(37)]
    [InlineData(150)]
    public void Complex_scan(int length)
    {
        using var model = new SmallModel(Program("complex", "re(conj(g[t, n]) * h[t, n])"));
        var inputs = new Dictionary<string, TensorData>
        {
            ["a"] = Numbers.Random(1, 1, length, States, 2),
            ["b"] = Numbers.Random(2, 1, length, States, 2),
            ["g"] = Numbers.Random(3, 1, length, States, 2),
            ["h0"] = Numbers.Random(4, 1, States, 2),
        };
        Dictionary<string, TensorData> actual = model.Run([], inputs, "--grad");
        Check(length, actual, (name, t, n) => inputs[name].ComplexAt(0, t, n), n => inputs["h0"].ComplexAt(0, n), z => z.ToTensor());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(41)]
    public void Real_scan(int length)
    {
        using var model = new SmallModel(Program("real", "g[t, n] * h[t, n]"));
        var inputs = new Dictionary<string, TensorData>
        {
            ["a"] = Numbers.Random(1, 1, length, States),
            ["b"] = Numbers.Random(2, 1, length, States),
            ["g"] = Numbers.Random(3, 1, length, States),
            ["h0"] = Numbers.Random(4, 1, States),
        };
        Dictionary<string, TensorData> actual = model.Run([], inputs, "--grad");
        Check(length, actual, (name, t, n) => inputs[name].At(0, t, n), n => inputs["h0"].At(0, n), z => Numbers.Of([.. z.Select(v => v.Real)]));
    }

    private static void Check(
        int length, Dictionary<string, TensorData> actual, Func<string, int, int, Complex> at, Func<int, Complex> start, Func<IEnumerable<Complex>, TensorData> tensor)
    {
        Complex Decay(int from, int to, int n) => Enumerable.Range(from + 1, to - from).Aggregate(Complex.One, (product, t) => product * at("a", t, n));
        Complex State(int t, int n) => t < 0 ? start(n)
            : Decay(-1, t, n) * start(n) + Enumerable.Range(0, t + 1).Aggregate(Complex.Zero, (sum, s) => sum + Decay(s, t, n) * at("b", s, n));
        Complex Adjoint(int t, int n) =>
            Enumerable.Range(t, length - t).Aggregate(Complex.Zero, (sum, s) => sum + Complex.Conjugate(Decay(t, s, n)) * at("g", s, n));
        IEnumerable<Complex> All(Func<int, int, Complex> of) =>
            Enumerable.Range(0, length).SelectMany(t => Enumerable.Range(0, States).Select(n => of(t, n)));
        void AssertIs(IEnumerable<Complex> expected, string name) => Numbers.AssertClose(tensor(expected).Values, actual[name].Values, 1e-11, name);

        AssertIs(All(State), "h");
        AssertIs(All(Adjoint), "grad.b");
        AssertIs(All((t, n) => Adjoint(t, n) * Complex.Conjugate(State(t - 1, n))), "grad.a");
        AssertIs(Enumerable.Range(0, States).Select(n => Complex.Conjugate(at("a", 0, n)) * Adjoint(0, n)), "grad.h0");
        AssertIs(All((t, n) => State(t, n)), "grad.g");
    }
}
