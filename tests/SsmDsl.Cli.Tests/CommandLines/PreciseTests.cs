using SsmDsl.Cli.Tensors;

namespace SsmDsl.Cli.Tests.CommandLines;

/// <summary><c>--precise</c>.</summary>
public class PreciseTests
{
    private const string Source = """
        model M(x: real[T, 2]) -> y: real[T, 2] {
            y = exp(3 * x)
        }
        """;

    [Fact]
    public void A_run_has_the_values_of_the_reference_rounded_once()
    {
        using var run = new Running(Source);
        run.Inputs.Remove("token");
        run.Inputs.Remove("goal");
        run.Inputs["x"] = new HostTensor([2, 5, 2], [.. Enumerable.Range(0, 20).Select(i => i / 8.0 - 1)], Storage.F64);
        double[] expected = run.Results("--device", "reference")["y"].Values;
        Assert.Equal(expected.Select(v => (double)(float)v), run.Results("--precise")["y"].Values);
        Assert.NotEqual(expected.Select(v => (double)(float)v), run.Results()["y"].Values);
    }

    [Theory]
    [InlineData("reference", "f64", "computes in double by System.Math always")]
    [InlineData("ilgpu-cpu", "f64", "--precise with --precision f64 is for the device cpu")]
    public void Where_nothing_is_more_precise_it_says_so(string device, string precision, string message)
    {
        using var folder = new Folder();
        Outcome outcome = Tool.Run(
            "run", folder.Add("m.ssm", Source), "--weights", "w", "--inputs", "i", "--out", "o", "--precise", "--device", device, "--precision", precision);
        Assert.Contains(message, outcome.Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Emit_writes_calls_of_the_precise_functions()
    {
        using var folder = new Folder();
        Tool.Run("emit", folder.Add("m.ssm", Source), "-o", folder["out"], "--precise").Expect(0);
        Assert.Contains("PreciseLanes.Exp(", File.ReadAllText(Assert.Single(Directory.GetFiles(folder["out"]))), StringComparison.Ordinal);
    }
}
