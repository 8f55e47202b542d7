using SsmDsl.Cli.Tensors;

namespace SsmDsl.Cli.Tests.CommandLines;

/// <summary>Whatever is wrong: an exit code, a message that says what and where, and the old result untouched.</summary>
public class RunFailureTests
{
    [Fact]
    public void Weights_must_be_those_of_the_model()
    {
        Fails(run => run.Weights.Remove("layers.1.a"), "lack", "layers.1.a");
        Fails(run => run.Weights["extra"] = run.Weights["table"], "extra");
        Fails(run => run.Weights["table"] = run.Weights["table"] with { Shape = [3, 5] }, "table", "[5, 3]", "[3, 5]");
        Fails(run => run.Weights["table"] = run.Weights["table"] with { Storage = Storage.I64 }, "table", "I64");
    }

    [Fact]
    public void Inputs_must_fit()
    {
        Fails(run => run.Inputs.Remove("x"), "lacks", "'x'");
        Fails(run => run.Inputs["pixels"] = run.Inputs["x"], "pixels", "x, token, bias, goal");
        Fails(run => run.Inputs["x"] = run.Inputs["x"] with { Shape = [2, 3, 7] }, "'x'", "[batch, T, 3]", "[2, 3, 7]");
        Fails(run => run.Inputs["x"] = run.Inputs["x"] with { Shape = [14, 3] }, "'x'", "[batch, T, 3]", "[14, 3]");
        Fails(run => run.Inputs["token"] = new HostTensor([2, 6], new double[12], Storage.I64), "'token'", "T = 7", "[2, 6]");
        Fails(run => run.Inputs["token"] = new HostTensor([1, 7], new double[7], Storage.I64), "'token'", "batch = 2", "[1, 7]");
        Fails(run => run.Inputs["token"] = run.Inputs["token"] with { Storage = Storage.F64 }, "'token'", "I64", "F64");
        Fails(run =>
        {
            run.Inputs["x"] = new HostTensor([0, 7, 3], [], Storage.F64);
            run.Inputs["token"] = new HostTensor([0, 7], [], Storage.I64);
        }, "batch");
    }

    [Theory]
    [InlineData(5, "cpu")]
    [InlineData(-1, "cpu")]
    [InlineData(5, "reference")]
    public void Tokens_out_of_range_are_named(int token, string device) => Fails(
        run => run.Inputs["token"].Values[9] = token, ["--device", device], "token", $"{token}", "table");

    [Theory]
    [InlineData("1", "position 2", "[sequence 1, 0]")]
    [InlineData("2", "position 2", "[sequence 1, 0]")]
    [InlineData("5", "table", "[sequence 1, 2]")]
    public void Chunks_say_where_they_start(string chunk, string start, string within) => Fails(
        run => run.Inputs["token"].Values[9] = 5, ["--chunk", chunk], start, within, "0 to 4");

    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    public void A_loss_that_is_not_finite_is_a_failure(string device) => Fails(
        run => run.Inputs["x"].Values[4] = double.NaN, ["--grad", "--device", device], "NaN", device == "cpu" ? "'x'" : "loss");

    [Fact]
    public void Targets_are_needed_for_gradients_only()
    {
        Fails(run => run.Inputs.Remove("goal"), ["--grad"], "lacks", "'goal'");
        using var run = new Running();
        run.Inputs.Remove("goal");
        run.Run().Expect(0);
    }

    [Fact]
    public void Damaged_files_are_named()
    {
        using var run = new Running();
        run.Run().Expect(0);
        foreach (string file in new[] { run.InputFile, run.WeightFile })
        {
            byte[] bytes = File.ReadAllBytes(file);
            foreach (byte[] damaged in new byte[][] { [], bytes[..^5], [.. "PK zip"u8] })
            {
                File.WriteAllBytes(file, damaged);
                Assert.Contains(file, run.RunFiles().Expect(3).Error, StringComparison.Ordinal);
            }

            File.Delete(file);
            Assert.Contains(file, run.RunFiles().Expect(3).Error, StringComparison.Ordinal);
            File.WriteAllBytes(file, bytes);
        }

        run.RunFiles("--out", Path.Combine(run.Model, "x")).Expect(2);
    }

    [Theory]
    [InlineData("--grad", "--chunk", "2")]
    [InlineData("--chunk", "0")]
    [InlineData("--step", "3")]
    [InlineData("--model", "Other")]
    [InlineData("--precision", "f16")]
    [InlineData("--device", "tpu")]
    [InlineData("--seed", "-1")]
    [InlineData("--frob")]
    public void What_does_not_fit_together_is_wrong_usage(params string[] options)
    {
        using var run = new Running();
        Assert.StartsWith("ssm: ", run.Run(options).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_loss_there_are_no_gradients()
    {
        using var run = new Running("model M(x: real[T]) -> y: real[T] { y[t] = 2*x[t] }");
        Assert.Contains("loss", run.Run("--grad").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_run_step_by_step_says_why()
    {
        using var run = new Running("model M(x: real[T]) -> y: real[T] { y[t] = x[t+1] }");
        Assert.Contains("SSM0304", run.Run("--chunk", "2").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_in_the_source_are_reported_as_by_check()
    {
        using var run = new Running();
        File.WriteAllText(run.Model, "model M(x: real[T]) -> y: real[T] { y = x |> Linar[1] }");
        Assert.Contains($"{run.Model}(1,46): error SSM0101:", run.Run().Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_models_need_a_choice()
    {
        using var run = new Running();
        File.AppendAllText(run.Model, "\nmodel Small = M[D: 3]");
        Assert.Contains("M, Small", run.Run().Expect(2).Error, StringComparison.Ordinal);
        run.Run("--model", "Small").Expect(0);
    }

    private static void Fails(Action<Running> spoil, params string[] message) => Fails(spoil, [], message);

    private static void Fails(Action<Running> spoil, string[] options, params string[] message)
    {
        using var run = new Running();
        File.WriteAllText(run.OutputFile, "an earlier result");
        spoil(run);
        Outcome outcome = run.Run(options).Expect(3);
        Assert.StartsWith("ssm: ", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        foreach (string part in message) Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
        Assert.Equal("an earlier result", File.ReadAllText(run.OutputFile));
        Assert.Equal(4, Directory.GetFiles(Path.GetDirectoryName(run.OutputFile)!).Length);
    }
}
