using System.Text.Json;
using SsmDsl.Cli.Tensors;

namespace SsmDsl.Cli.Tests.CommandLines;

/// <summary><c>emit</c>, <c>std</c>, <c>init</c>, <c>describe</c>, help.</summary>
public class OtherCommandTests
{
    private const string Source = """
        namespace Some.Where
        /// Two layers.
        model M[D: 4](x: real[T, 3]) -> y: real[T, 2] {
            x = x |> Linear[D]
            repeat 3 as blocks { x = x + (x |> Lru[5](rMin: 0.9, rMax: 0.99)) }
            y = x |> Gru[2]
            target goal: real[T, 2]
            loss = mean(MeanSquaredError(y, goal))
        }
        """;

    [Fact]
    public void Emit_writes_what_a_build_would_compile()
    {
        using var folder = new Folder();
        Tool.Run("emit", folder.Add("m.ssm", Source), "-o", folder["out"]).Expect(0);
        string file = Assert.Single(Directory.GetFiles(folder["out"]));
        Assert.Equal("Some.Where.M.g.cs", Path.GetFileName(file));
        string first = File.ReadAllText(file);
        Tool.Run("emit", folder["m.ssm"], "-o", folder["out"]).Expect(0);
        Assert.Equal(first, File.ReadAllText(file));
        Assert.Contains("SSM0101", Tool.Run("emit", folder.Add("bad.ssm", "model B(x: real[T]) -> y: real[T] { y = z }"), "-o", folder["none"]).Expect(1).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["none"]));
    }

    [Fact]
    public void Std_prints_the_library()
    {
        string[] names = Tool.Run("std").Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Contains("Mamba", names);
        foreach (string name in names) Assert.NotEqual("", Tool.Run("std", name).Expect(0).Output);
        Assert.Contains("layer RgLru", Tool.Run("std", "Hawk").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("'Nothing'", Tool.Run("std", "Nothing").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_depends_on_the_seed_alone()
    {
        using var folder = new Folder();
        folder.Add("m.ssm", Source);
        byte[] Init(string seed, params string[] options)
        {
            Tool.Run(["init", folder["m.ssm"], "--model", "M", "--seed", seed, "--out", folder["w"], .. options]).Expect(0);
            return File.ReadAllBytes(folder["w"]);
        }

        byte[] first = Init("1");
        Assert.Equal(first, Init("1"));
        Assert.NotEqual(first, Init("2"));
        Init("1", "--precision", "f32");
        Dictionary<string, HostTensor> weights = TensorFile.Read(folder["w"]);
        Assert.All(weights.Values, w => Assert.Equal(Storage.F32, w.Storage));
        Assert.Equal([4L, 3], weights["linear.weight"].Shape);
        Assert.Equal([5L], weights["blocks.2.lru.nu_log"].Shape);
    }

    [Fact]
    public void Describe_counts()
    {
        using var folder = new Folder();
        string text = Tool.Run("describe", folder.Add("m.ssm", Source), "--length", "100").Expect(0).Output;
        foreach (string part in new[] { "model Some.Where.M", "Two layers.", "linear, complex diagonal", "nonlinear, full real 2×2 matrix", "[batch, T, 3]", "linear.weight" })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        using JsonDocument json = JsonDocument.Parse(Tool.Run("describe", folder["m.ssm"], "--json", "--batch", "2", "--length", "100").Expect(0).Output);
        JsonElement root = json.RootElement;
        int lru = 3 * 5 + 4 * 5 * 4 + 4, gru = 6 * 4 + 6 * 2 + 6 + 6;
        Assert.Equal(4 * 3 + 4 + 3 * lru + gru, root.GetProperty("parameterCount").GetInt32());
        Assert.Equal(["forward", "backward", "step"], root.GetProperty("modes").EnumerateArray().Select(m => m.GetProperty("mode").GetString()));
        JsonElement modes = root.GetProperty("recurrences")[0].GetProperty("modes");
        Assert.InRange(modes.GetProperty("smallest").GetDouble(), 0.9, 0.99);
        Assert.InRange(modes.GetProperty("largest").GetDouble(), modes.GetProperty("smallest").GetDouble(), 0.99);
        Assert.InRange(modes.GetProperty("horizon").GetDouble(), 1, -1 / Math.Log(0.99));
        Assert.Equal(3 * 5 * 2, root.GetProperty("recurrences")[0].GetProperty("stateSize").GetDouble());
        Tool.Run("describe", folder["m.ssm"], "--batch", "0").Expect(2);
    }

    [Fact]
    public void Describe_lists_the_kernels_and_launches_of_a_GPU()
    {
        using var folder = new Folder();
        JsonElement Device(int copies)
        {
            string text = Source.Replace("repeat 3", $"repeat {copies}", StringComparison.Ordinal);
            using JsonDocument json = JsonDocument.Parse(Tool.Run("describe", folder.Add($"m{copies}.ssm", text), "--json", "--device", "cuda").Expect(0).Output);
            return json.RootElement.GetProperty("device").Clone();
        }

        JsonElement[] devices = [Device(2), Device(4), Device(6)];
        foreach (string mode in new[] { "forward", "backward" })
        {
            double[] launches = [.. devices.Select(d => d.GetProperty("launches").GetProperty(mode).GetDouble())];
            Assert.True(launches[1] > launches[0], $"{launches[0]} launches for two copies, {launches[1]} for four");
            Assert.Equal(launches[1] - launches[0], launches[2] - launches[1]);
        }

        JsonElement[] kernels = [.. devices[1].GetProperty("kernels").EnumerateArray()];
        Assert.NotEmpty(kernels);
        Assert.All(kernels, k => Assert.True(k.GetProperty("instructions").GetInt32() > 0 && k.GetProperty("registers").GetInt32() > 0));
    }

    [Fact]
    public void Every_command_has_help()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", Tool.Run("--version").Expect(0).Output);
        foreach (string command in new[] { "check", "describe", "emit", "init", "run", "std" })
        {
            Assert.Contains(command, Tool.Run("--help").Expect(0).Output, StringComparison.Ordinal);
            Assert.Contains($" {command} ", Tool.Run(command, "--help").Expect(0).Output, StringComparison.Ordinal);
        }

        Assert.Contains("ssm --help", Tool.Run().Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("ssm check --help", Tool.Run("check").Expect(2).Error, StringComparison.Ordinal);
    }
}
