using System.Text.Json;

namespace SsmDsl.Cli.Tests.CommandLines;

/// <summary><c>bench</c>.</summary>
public class BenchTests
{
    private const string Source = """
        model Tagger[V: 5, D: 8](tokens: int[T]) -> logits: real[T, V] {
            x = tokens |> Embedding[V, D]
            logits = x |> MinGru[D] |> Linear[V] as head
            target next: int[T]
            loss = mean(CrossEntropy(logits, next))
        }

        model Backwards(x: real[T]) -> y: real[T] {
            y[t] = 0.5 * y[t+1] + x[t]
        }

        model Small(x: real[2]) -> y: real[1] {
            y = x |> Linear[1]
            target goal: real[1]
            loss = mean(MeanSquaredError(y, goal))
        }
        """;

    [Fact]
    public void All_modes_are_measured()
    {
        using var folder = new Folder();
        string output = Tool.Run("bench", folder.Add("m.ssm", Source), "--model", "Tagger", "--batch", "2", "--length", "16", "--seconds", "0.05", "--threads", "2", "--json").Expect(0).Output;
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement[] modes = [.. json.RootElement.GetProperty("modes").EnumerateArray()];
        Assert.Equal(["forward", "backward", "step", "train"], modes.Select(m => m.GetProperty("mode").GetString()));
        foreach (JsonElement mode in modes)
        {
            double Number(string name) => mode.GetProperty(name).GetDouble();
            Assert.InRange(Number("min_ms"), 1e-6, Number("median_ms"));
            Assert.True(Number("spread_ms") >= 0);
            Assert.Equal(2000 / Number("median_ms"), Number("samples_per_second"), 1e-6 * Number("samples_per_second"));
            Assert.True(Number("bytes") > 0 && Number("flops") > 0 && Number("peak_fraction") > 0 && Number("bandwidth_fraction") > 0);
            JsonElement[] kernels = [.. mode.GetProperty("kernels").EnumerateArray()];
            Assert.Equal(1, kernels.Sum(k => k.GetProperty("share").GetDouble()), 0.02);
            string?[] names = [.. kernels.Select(k => k.GetProperty("name").GetString())];

            // Only training runs loops that are no kernels: the optimizer's.
            Assert.Equal(mode.GetProperty("mode").GetString() == "train", names.Contains("runtime"));
            Assert.Contains(names, n => n!.Contains("logits", StringComparison.Ordinal));
            Assert.Equal("outside of kernels", names[^1]);
            Assert.InRange(Number("allocated_bytes"), 0, 4096);
        }

        Assert.True(json.RootElement.GetProperty("peak_flops").GetDouble() > 1e8);
    }

    [Fact]
    public void Text_names_modes_and_kernels()
    {
        using var folder = new Folder();
        string text = Tool.Run("bench", folder.Add("m.ssm", Source), "--model", "Backwards", "--mode", "backward", "--length", "16", "--seconds", "0.05").Expect(0).Output;
        Assert.Contains("model Backwards, batch = 1, T = 16", text, StringComparison.Ordinal);
        Assert.Contains("backward: median ", text, StringComparison.Ordinal);
        Assert.Contains("of the peak", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing to train", "--mode", "train")]
    [InlineData("SSM0304", "--mode", "step")]
    [InlineData("--batch", "--batch", "0")]
    [InlineData("--length", "--length", "-1")]
    [InlineData("--threads", "--threads", "-2")]
    [InlineData("--threads", "--threads", "2", "--device", "ilgpu-cpu")]
    [InlineData("--seconds", "--seconds", "0")]
    [InlineData("sideways", "--mode", "sideways")]
    public void Wrong_usage_is_said(string expected, params string[] options)
    {
        using var folder = new Folder();
        Assert.Contains(expected, Tool.Run(["bench", folder.Add("m.ssm", Source), "--model", "Backwards", .. options]).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Launches_of_a_GPU_are_measured()
    {
        using var folder = new Folder();
        string output = Tool.Run("bench", folder.Add("m.ssm", Source), "--model", "Small", "--mode", "train", "--seconds", "0.01", "--device", "ilgpu-cpu", "--json").Expect(0).Output;
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.StartsWith("ILGPU's simulator", json.RootElement.GetProperty("device").GetString(), StringComparison.Ordinal);
        Assert.True(json.RootElement.GetProperty("peak_flops").GetDouble() > 1e6);
        JsonElement mode = json.RootElement.GetProperty("modes").EnumerateArray().Single();
        JsonElement[] kernels = [.. mode.GetProperty("kernels").EnumerateArray()];
        string?[] names = [.. kernels.Select(k => k.GetProperty("name").GetString())];
        Assert.Equal(1, kernels.Sum(k => k.GetProperty("share").GetDouble()), 0.02);
        Assert.Contains(names, n => n!.Contains("dweight", StringComparison.Ordinal));
        Assert.Contains("runtime", names);
        Assert.Equal("outside of kernels", names[^1]);
        Assert.Equal(mode.GetProperty("launches").GetInt64(), kernels[..^1].Sum(k => k.GetProperty("calls").GetDouble()), 1e-9);
    }

    [Fact]
    public void CUDA_is_used_or_said_to_be_missing()
    {
        using var folder = new Folder();
        bool present = Device.All().Any(d => d.Kind == DeviceKind.Cuda && d.Problem is null);
        Outcome outcome = Tool.Run("bench", folder.Add("m.ssm", Source), "--model", "Small", "--mode", "forward", "--seconds", "0.05", "--device", "cuda");
        if (present) Assert.Contains("launches", outcome.Expect(0).Output, StringComparison.Ordinal);
        else Assert.Contains("CUDA", outcome.Expect(3).Error, StringComparison.Ordinal);
    }
}
