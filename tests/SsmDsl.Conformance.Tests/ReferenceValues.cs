namespace SsmDsl.Conformance.Tests;

/// <summary>
/// Every program of tests/Vectors gives the values, losses and gradients that float64 PyTorch gave for the published
/// equations. The error of a tensor is its largest absolute difference divided by the reference's largest absolute value.
/// </summary>
public sealed class ReferenceValues
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vectors");

    public static TheoryData<string, string, string> Runs()
    {
        var runs = new TheoryData<string, string, string>();
        foreach (string file in Directory.EnumerateFiles(Folder, "*.safetensors").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name == "scalar-functions") continue;
            runs.Add(name, "cpu", "f64");
            runs.Add(name, "cpu", "f32");
            runs.Add(name, "reference", "f64");
        }

        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Values_and_gradients_agree(string name, string device, string precision)
    {
        Dictionary<string, TensorData> reference = TensorFile.Read(Path.Combine(Folder, name + ".safetensors"));
        Dictionary<string, TensorData> actual = Run(name, reference, "--grad", "--device", device, "--precision", precision);
        Compare(reference, actual, precision == "f64" ? 1e-9 : 2e-4);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    public void Chunked_and_stepped_runs_agree(int chunk)
    {
        string[] steppable = ["causal_conv", "lru", "mamba", "mamba2", "s4", "gru", "lstm", "rg_lru", "min_gru", "hawk", "s5", "real_linear_rnn"];
        foreach (string name in steppable)
        {
            Dictionary<string, TensorData> reference = TensorFile.Read(Path.Combine(Folder, name + ".safetensors"));
            Dictionary<string, TensorData> outputs = reference.Where(t => t.Key.StartsWith("out.", StringComparison.Ordinal)).ToDictionary();
            Dictionary<string, TensorData> actual = Run(name, reference, "--chunk", $"{chunk}", "--precision", "f64");
            Compare(outputs, actual, 1e-9);
        }
    }

    private static Dictionary<string, TensorData> Run(string name, Dictionary<string, TensorData> reference, params string[] options)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ssm-conformance");
        try
        {
            string At(string file) => Path.Combine(folder.FullName, file);
            TensorFile.Write(At("weights.safetensors"), WithoutPrefix("w.", reference));
            TensorFile.Write(At("inputs.safetensors"), WithoutPrefix("in.", reference));
            string program = Path.Combine(Folder, name.Split('.')[0] + ".ssm");
            (int exitCode, _, string error) = Tool.Run(
                ["run", program, "--model", "M", "--weights", At("weights.safetensors"), "--inputs", At("inputs.safetensors"),
                    "--out", At("out.safetensors"), .. options]);
            Assert.True(exitCode == 0, $"exit code {exitCode}: {error}");
            return TensorFile.Read(At("out.safetensors"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<KeyValuePair<string, TensorData>> WithoutPrefix(string prefix, Dictionary<string, TensorData> tensors) =>
        tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(t => KeyValuePair.Create(t.Key[prefix.Length..], t.Value));

    private static void Compare(Dictionary<string, TensorData> reference, Dictionary<string, TensorData> actual, double tolerance)
    {
        var failures = new List<string>();
        foreach ((string key, TensorData expected) in reference)
        {
            if (key.StartsWith("w.", StringComparison.Ordinal) || key.StartsWith("in.", StringComparison.Ordinal) || key.StartsWith("init.", StringComparison.Ordinal)) continue;
            string name = key.StartsWith("out.", StringComparison.Ordinal) ? key[4..] : key;
            if (!actual.TryGetValue(name, out TensorData? found)) failures.Add($"{name} is missing");
            else if (found.Values.Length != expected.Values.Length) failures.Add($"{name} has {found.Values.Length} values, not {expected.Values.Length}");
            else
            {
                double scale = expected.Values.Length == 0 ? 0 : expected.Values.Max(Math.Abs);
                double worst = expected.Values.Zip(found.Values, (a, b) => Math.Abs(a - b)).Append(0).Max();
                bool good = scale == 0 ? worst <= 1e-12 : worst <= tolerance * scale;
                if (!good) failures.Add($"{name}: error {worst / scale:E2} of {scale:E2}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("; ", failures));
    }
}
