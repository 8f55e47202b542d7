namespace SsmDsl.Conformance.Tests.Exact;

/// <summary>A program that is written in a test, with the model M.</summary>
internal sealed class SmallModel : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SmallModel(string text) => File.WriteAllText(folder.At("m.ssm"), text);

    public Dictionary<string, TensorData> Initial(int seed)
    {
        Tool.Require("init", folder.At("m.ssm"), "--model", "M", "--seed", $"{seed}", "--out", folder.At("init.safetensors"));
        return TensorFile.Read(folder.At("init.safetensors"));
    }

    /// <summary>On the CPU in double precision.</summary>
    public Dictionary<string, TensorData> Run(
        Dictionary<string, TensorData> weights, Dictionary<string, TensorData> inputs, params string[] options)
    {
        TensorFile.Write(folder.At("w.safetensors"), weights);
        TensorFile.Write(folder.At("in.safetensors"), inputs);
        Tool.Require(["run", folder.At("m.ssm"), "--model", "M", "--weights", folder.At("w.safetensors"), "--inputs", folder.At("in.safetensors"),
            "--out", folder.At("out.safetensors"), "--precision", "f64", .. options]);
        return TensorFile.Read(folder.At("out.safetensors"));
    }

    public void Dispose() => folder.Dispose();
}
