using SsmDsl.Cli.Tensors;

namespace SsmDsl.Cli.Tests;

/// <summary>A model with files for it, which a test may spoil before it runs.</summary>
internal sealed class Running : IDisposable
{
    public const string Source = """
        model M[D: 3](x: real[T, D], token: int[T], bias: real = 0.25) -> (y: real[T, D], mean_y: real[D]) {
            param table: real[5, D] = normal(0, 1)
            repeat 2 as layers { param a: real[D] = uniform(0.2, 0.8)
                h[t, d] = a[d] * h[t-1, d] + x[t, d] }
            y[t, d] = tanh(a0[t, d]) + table[token[t], d] + bias
            a0[t, d] = 0.5 * a0[t-1, d] + x[t, d]
            mean_y[d] = mean[t] y[t, d]

            target goal: real[T, D]
            loss = mean[t, d] (y[t, d] - goal[t, d])^2
            metric largest = max[t, d] abs(y[t, d])
        }
        """;

    private const int Batch = 2, Length = 7, Width = 3;
    private readonly Folder folder = new();

    public Running(string source = Source)
    {
        folder.Add("m.ssm", source);
        var random = new Random(3);
        Inputs = new()
        {
            ["x"] = new([Batch, Length, Width], [.. Enumerable.Range(0, Batch * Length * Width).Select(_ => random.NextDouble() - 0.5)], Storage.F64),
            ["token"] = new([Batch, Length], [.. Enumerable.Range(0, Batch * Length).Select(_ => (double)random.Next(5))], Storage.I64),
            ["goal"] = new([Batch, Length, Width], [.. Enumerable.Range(0, Batch * Length * Width).Select(_ => random.NextDouble())], Storage.F64),
        };
        Tool.Run("init", Model, "--seed", "1", "--out", WeightFile).Expect(0);
        Weights = TensorFile.Read(WeightFile);
    }

    public string Model => folder["m.ssm"];

    public string WeightFile => folder["w.safetensors"];

    public string InputFile => folder["in.safetensors"];

    public string OutputFile => folder["out.safetensors"];

    public Dictionary<string, HostTensor> Inputs { get; }

    public Dictionary<string, HostTensor> Weights { get; }

    public Outcome Run(params string[] options)
    {
        TensorFile.Write(WeightFile, Weights);
        TensorFile.Write(InputFile, Inputs);
        return RunFiles(options);
    }

    /// <summary>With the files as they are.</summary>
    public Outcome RunFiles(params string[] options) =>
        Tool.Run(["run", Model, "--weights", WeightFile, "--inputs", InputFile, "--out", OutputFile, .. options]);

    public Dictionary<string, HostTensor> Results(params string[] options)
    {
        Run(options).Expect(0);
        return TensorFile.Read(OutputFile);
    }

    public void Dispose() => folder.Dispose();
}
