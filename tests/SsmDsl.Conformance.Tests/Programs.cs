namespace SsmDsl.Conformance.Tests;

/// <summary>Programs of every kind: compiled code against the interpreter, gradients against finite differences, chunks against the whole.</summary>
public sealed class Programs
{
    internal static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Programs");

    public static TheoryData<string> Names() =>
        [.. Directory.EnumerateFiles(Folder, "*.ssm").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiled_code_agrees_with_the_interpreter(string name)
    {
        using var run = new ProgramRun(Path.Combine(Folder, name + ".ssm"), seed: 3);
        Dictionary<string, TensorData> reference = run.Run("--grad", "--device", "reference");
        AssertClose(reference, run.Run("--grad", "--device", "cpu", "--precision", "f64"), 1e-10);
        AssertClose(reference, run.Run("--grad", "--device", "cpu", "--precision", "f32"), 2e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        using var run = new ProgramRun(Path.Combine(Folder, name + ".ssm"), seed: 5);
        Dictionary<string, TensorData> gradients = run.Run("--grad", "--device", "cpu", "--precision", "f64");
        var random = new Random(7);
        var failures = new List<string>();
        foreach ((string key, TensorData gradient) in gradients.Where(g => g.Key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            string tensor = key["grad.".Length..];
            double[] values = (run.Weights.TryGetValue(tensor, out TensorData? weight) ? weight : run.Inputs[tensor]).Values;
            double scale = gradient.Values.Append(0).Max(Math.Abs) + 1e-3;

            // In a random direction, so that every element counts.
            double[] kept = [.. values], direction = [.. kept.Select(_ => random.Next(2) == 0 ? -1.0 : 1)];
            double above = LossAt(1e-5), below = LossAt(-1e-5);
            kept.CopyTo(values, 0);
            double slope = gradient.Values.Zip(direction, (g, d) => g * d).Sum(), difference = (above - below) / 2e-5;
            if (Math.Abs(difference - slope) > 1e-5 * scale) failures.Add($"{tensor}: {slope:E6} along a random direction, finite difference {difference:E6}");

            double LossAt(double step)
            {
                for (int i = 0; i < values.Length; i++) values[i] = kept[i] + step * direction[i];
                return Loss(run);
            }
        }

        Assert.True(failures.Count == 0, string.Join("; ", failures));
    }

    [Theory]
    [InlineData("lags")]
    [InlineData("cell")]
    [InlineData("cell_pair")]
    [InlineData("coupled")]
    [InlineData("complex")]
    [InlineData("repeat_recurrent")]
    [InlineData("fir_feedback")]
    [InlineData("selective")]
    [InlineData("per_head_matrix")]
    [InlineData("shared_decay")]
    [InlineData("unicode")]
    [InlineData("position")]
    [InlineData("softmax_window")]
    [InlineData("accumulators")]
    [InlineData("gather")]
    public void Chunks_and_steps_agree_with_the_whole(string name)
    {
        using var run = new ProgramRun(Path.Combine(Folder, name + ".ssm"), seed: 11);
        Dictionary<string, TensorData> whole = run.Run("--precision", "f64");
        AssertClose(whole, run.Run("--precision", "f64", "--chunk", "4"), 1e-11);
        AssertClose(whole, run.Run("--precision", "f64", "--chunk", "1"), 1e-11);
    }

    private static double Loss(ProgramRun run) => run.Run("--grad", "--device", "cpu", "--precision", "f64")["loss"].Values[0];

    internal static void AssertClose(Dictionary<string, TensorData> expected, Dictionary<string, TensorData> actual, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, TensorData tensor) in expected)
        {
            double scale = tensor.Values.Append(0).Max(Math.Abs);
            double worst = tensor.Values.Zip(actual[name].Values, (a, b) => a.Equals(b) ? 0 : Math.Abs(a - b)).Aggregate(0.0, Math.Max);
            Assert.True(worst <= tolerance * Math.Max(scale, 1e-12), $"{name}: error {worst:E2} of {scale:E2}");
        }
    }
}
