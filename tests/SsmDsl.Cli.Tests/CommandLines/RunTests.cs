using SsmDsl.Cli.Tensors;

namespace SsmDsl.Cli.Tests.CommandLines;

public class RunTests
{
    [Fact]
    public void Devices_agree()
    {
        using var run = new Running();
        Dictionary<string, HostTensor> expected = run.Results("--grad", "--device", "reference");
        Assert.Equal(
            ["grad.bias", "grad.layers.0.a", "grad.layers.1.a", "grad.table", "grad.x", "loss", "mean_y", "metric.largest", "y"],
            expected.Keys.Order(StringComparer.Ordinal));
        AssertClose(expected, run.Results("--grad", "--precision", "f64"), 1e-12, Storage.F64);
        AssertClose(expected, run.Results("--grad"), 1e-5, Storage.F32);
    }

    [Theory]
    [InlineData("1", "cpu")]
    [InlineData("3", "cpu")]
    [InlineData("100", "cpu")]
    [InlineData("1", "reference")]
    [InlineData("3", "reference")]
    public void Chunks_and_steps_agree_with_the_whole(string chunk, string device)
    {
        using var run = new Running();
        AssertClose(run.Results("--precision", "f64"), run.Results("--precision", "f64", "--chunk", chunk, "--device", device), 1e-12, Storage.F64);
    }

    [Fact]
    public void Draws_are_the_same_on_every_device_and_in_chunks()
    {
        const string source = """
            model M(x: real[T, 2]) -> y: real[T, 2] {
                y[t, d] = x[t, d] * random() + (if training then random() else 0)
            }
            """;
        using var run = new Running(source);
        run.Inputs.Remove("token");
        run.Inputs.Remove("goal");
        run.Inputs["x"] = new HostTensor([2, 5, 2], [.. Enumerable.Range(0, 20).Select(i => i + 1.0)], Storage.F64);
        foreach (string[] mode in new string[][] { [], ["--seed", "7"], ["--training", "--seed", "7", "--step", "3"] })
        {
            Dictionary<string, HostTensor> expected = run.Results(["--precision", "f64", "--device", "reference", .. mode]);
            AssertClose(expected, run.Results(["--precision", "f64", .. mode]), 0, Storage.F64);
            AssertClose(expected, run.Results(["--precision", "f64", "--chunk", "2", .. mode]), 0, Storage.F64);
            AssertClose(expected, run.Results(["--precision", "f64", "--chunk", "1", .. mode]), 0, Storage.F64);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Short_sequences_run(int length)
    {
        using var run = new Running();
        foreach (string name in run.Inputs.Keys.ToArray())
        {
            long[] shape = [.. run.Inputs[name].Shape];
            shape[1] = length;
            run.Inputs[name] = run.Inputs[name] with { Shape = shape, Values = run.Inputs[name].Values[..(int)HostTensor.Count(shape)] };
        }

        Dictionary<string, HostTensor> expected = run.Results("--device", "reference");
        AssertClose(expected, run.Results("--precision", "f64"), 1e-12, Storage.F64);
        AssertClose(expected, run.Results("--precision", "f64", "--chunk", "1"), 1e-12, Storage.F64);
    }

    [Fact]
    public void Files_of_either_width_are_taken()
    {
        using var run = new Running();
        Dictionary<string, HostTensor> expected = run.Results();
        foreach (Dictionary<string, HostTensor> file in new[] { run.Inputs, run.Weights })
        {
            foreach (string name in file.Keys.Where(n => file[n].Storage == Storage.F64).ToArray()) file[name] = file[name] with { Storage = Storage.F32 };
        }

        AssertClose(expected, run.Results(), 1e-6, Storage.F32);
    }

    private static void AssertClose(Dictionary<string, HostTensor> expected, Dictionary<string, HostTensor> actual, double tolerance, Storage real)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, HostTensor tensor) in expected)
        {
            Assert.Equal(tensor.Shape, actual[name].Shape);
            Assert.Equal(real, actual[name].Storage);
            for (int i = 0; i < tensor.Values.Length; i++) Assert.True(Math.Abs(tensor.Values[i] - actual[name].Values[i]) <= tolerance, $"{name}[{i}]");
        }
    }
}
