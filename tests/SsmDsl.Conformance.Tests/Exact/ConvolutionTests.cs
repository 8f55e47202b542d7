using System.Numerics;

namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>Time-invariant state space layers are convolutions with their kernels, and half a spectrum stands for all of it.</summary>
public sealed class ConvolutionTests
{
    private const int Length = 53;

    [Theory]
    [InlineData("S4d[N: 8]")]
    [InlineData("S4d[N: 8](init: inv)")]
    [InlineData("S4d[N: 8](init: real)")]
    [InlineData("S4d[N: 8](init: legs)")]
    [InlineData("StableSsm[N: 8](mode: best)")]
    public void Diagonal_layers_are_convolutions(string layer)
    {
        const int features = 3;
        using var model = new SmallModel($"model M(u: real[T, {features}]) -> y: real[T, {features}] {{ y = u |> {layer} as it }}");
        Dictionary<string, TensorData> w = model.Initial(1);
        TensorData u = Numbers.Random(2, 1, Length, features);
        double[] actual = model.Run(w, new() { ["u"] = u })["y"].Values;

        double RealPart(int d, int n) => w.TryGetValue("it.w", out TensorData? best)
            ? -1 / (best.At(d, n) * best.At(d, n) + 0.5)
            : -Math.Exp(w["it.log_A_real"].At(d, n));
        double Kernel(int d, int lag)
        {
            Complex sum = 0;
            double dt = Math.Exp(w["it.log_dt"].At(d));
            for (int n = 0; n < 4; n++)
            {
                // the stored mode and its conjugate
                foreach (bool isStored in (bool[])[true, false])
                {
                    var a = new Complex(RealPart(d, n), w["it.A_imag"].At(d, n));
                    Complex c = w["it.C"].ComplexAt(d, n);
                    if (!isStored) (a, c) = (Complex.Conjugate(a), Complex.Conjugate(c));
                    sum += c * (Complex.Exp(dt * a) - 1) / a * Complex.Exp(dt * a * lag);
                }
            }

            Assert.Equal(0, sum.Imaginary, 1e-13);
            return sum.Real;
        }

        double[,] kernel = new double[features, Length];
        for (int d = 0; d < features; d++)
        {
            for (int lag = 0; lag < Length; lag++) kernel[d, lag] = Kernel(d, lag);
        }

        var expected =
            from t in Enumerable.Range(0, Length)
            from d in Enumerable.Range(0, features)
            select w["it.D"].At(d) * u.At(0, t, d) + Enumerable.Range(0, t + 1).Sum(s => kernel[d, t - s] * u.At(0, s, d));
        Numbers.AssertClose(expected, actual, 1e-12);
    }

    [Fact]
    public void S5_is_a_convolution_with_many_inputs_and_outputs()
    {
        const int features = 3, pairs = 4;
        using var model = new SmallModel("model M(u: real[T, 3]) -> y: real[T, 3] { y = u |> S5[N: 8] as it }");
        Dictionary<string, TensorData> w = model.Initial(1);
        TensorData u = Numbers.Random(2, 1, Length, features);
        double[] actual = model.Run(w, new() { ["u"] = u })["y"].Values;
        Complex Lambda(int n) => new(w["it.Lambda_re"].At(n), w["it.Lambda_im"].At(n));
        double Kernel(int to, int from, int lag) => Enumerable.Range(0, pairs).Sum(n =>
        {
            double dt = Math.Exp(w["it.log_step"].At(n));
            Complex half = w["it.C"].ComplexAt(to, n) * Complex.Exp(dt * Lambda(n) * lag) * (Complex.Exp(dt * Lambda(n)) - 1) / Lambda(n) * w["it.B"].ComplexAt(n, from);
            return (half + Complex.Conjugate(half)).Real;
        });
        var expected =
            from t in Enumerable.Range(0, Length)
            from d in Enumerable.Range(0, features)
            select w["it.D"].At(d) * u.At(0, t, d)
                + Enumerable.Range(0, t + 1).Sum(s => Enumerable.Range(0, features).Sum(e => Kernel(d, e, t - s) * u.At(0, s, e)));
        Numbers.AssertClose(expected, actual, 1e-12);
    }

    /// <summary>h = (I - dt/2 A)⁻¹ ((I + dt/2 A) h₋ + dt B u) with the whole matrix A = Λ - P P* over the whole spectrum.</summary>
    [Fact]
    public void S4_is_the_dense_bilinear_recurrence()
    {
        const int pairs = 4, size = 2 * pairs;
        using var model = new SmallModel("model M(u: real[T, 2]) -> y: real[T, 2] { y = u |> S4[N: 8] as it }");
        Dictionary<string, TensorData> w = model.Initial(1);
        TensorData u = Numbers.Random(2, 1, Length, 2);
        double[] actual = model.Run(w, new() { ["u"] = u })["y"].Values;
        var expected = new double[2 * Length];
        for (int d = 0; d < 2; d++)
        {
            Complex Whole(Func<int, Complex> half, int n) => n < pairs ? half(n) : Complex.Conjugate(half(n - pairs));
            Complex Lambda(int n) => new(-Math.Exp(w["it.log_A_real"].At(d, n)), w["it.A_imag"].At(d, n));
            Complex P(int n) => w["it.P"].ComplexAt(d, n);
            double dt = Math.Exp(w["it.log_dt"].At(d));
            var minus = new Complex[size, size];
            var plus = new Complex[size, size + 1];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    Complex a = (i == j ? Whole(Lambda, i) : 0) - Whole(P, i) * Complex.Conjugate(Whole(P, j));
                    minus[i, j] = (i == j ? 1 : 0) - dt / 2 * a;
                    plus[i, j] = (i == j ? 1 : 0) + dt / 2 * a;
                }

                plus[i, size] = dt * Whole(n => w["it.B"].ComplexAt(d, n), i);
            }

            Complex[,] step = Numbers.Solve(minus, plus);
            var h = new Complex[size];
            for (int t = 0; t < Length; t++)
            {
                h = Numbers.Times(step, [.. h, u.At(0, t, d)]);
                Complex y = Enumerable.Range(0, size).Aggregate(Complex.Zero, (sum, n) => sum + Whole(k => w["it.C"].ComplexAt(d, k), n) * h[n]);
                Assert.Equal(0, y.Imaginary, 1e-12);
                expected[2 * t + d] = y.Real + w["it.D"].At(d) * u.At(0, t, d);
            }
        }

        Numbers.AssertClose(expected, actual, 1e-12);
    }
}
