using System.Globalization;

namespace SsmDsl.Conformance.Tests;

/// <summary>
/// A program of tests/Programs with inputs drawn for it. Its first line says which: <c>// inputs: x 2 7 3; keep? 2 7; id#11 2 7;
/// z 2 5 3~</c> (batch first; <c>?</c> bool, <c>#n</c> int below n, <c>~</c> complex).
/// </summary>
public sealed class ProgramRun : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ssm-programs");
    private readonly string program;

    public ProgramRun(string program, int seed)
    {
        this.program = program;
        var random = new Random(seed);
        Inputs = File.ReadLines(program).First()["// inputs: ".Length..].Split(';').Select(spec => Draw(spec.Trim(), random)).ToDictionary();
        string path = Path.Combine(folder.FullName, "init.safetensors");
        Require(Tool.Run("init", program, "--model", "M", "--seed", $"{seed}", "--out", path));
        Weights = TensorFile.Read(path);
    }

    public Dictionary<string, TensorData> Inputs { get; }

    public Dictionary<string, TensorData> Weights { get; }

    public Dictionary<string, TensorData> Run(params string[] options)
    {
        string At(string file) => Path.Combine(folder.FullName, file);
        TensorFile.Write(At("w.safetensors"), Weights);
        TensorFile.Write(At("in.safetensors"), Inputs);
        Require(Tool.Run(["run", program, "--model", "M", "--weights", At("w.safetensors"), "--inputs", At("in.safetensors"),
            "--out", At("out.safetensors"), .. options]));
        return TensorFile.Read(At("out.safetensors"));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void Require((int ExitCode, string Output, string Error) result) =>
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Error}{result.Output}");

    private static KeyValuePair<string, TensorData> Draw(string spec, Random random)
    {
        bool complex = spec.EndsWith('~');
        string[] parts = spec.TrimEnd('~').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] shape = [.. parts.Skip(1).Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        if (complex) shape = [.. shape, 2];
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        string[] name = parts[0].Split('#', '?');
        bool isBool = parts[0].EndsWith('?'), isInt = parts[0].Contains('#', StringComparison.Ordinal);
        int limit = isInt ? int.Parse(name[1], CultureInfo.InvariantCulture) : 2;
        for (int i = 0; i < values.Length; i++) values[i] = isInt || isBool ? random.Next(limit) : 2 * random.NextDouble() - 1;
        return KeyValuePair.Create(name[0], new TensorData(shape, values, isInt || isBool));
    }
}
