using System.Collections.Concurrent;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>A program that uses a layer, and what it must give.</summary>
/// <param name="Program">Path of the text.</param>
/// <param name="Tensors">Inputs, weights and results, with the prefixes of tests/Vectors/README.md.</param>
public sealed record ReferenceCase(string Name, string Program, IReadOnlyDictionary<string, TensorData> Tensors)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vectors");
    private static readonly ConcurrentDictionary<string, ReferenceCase> Known = new();
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, TensorData>> runs = new();

    /// <summary>All programs that have reference values on disk.</summary>
    public static IEnumerable<string> OnDisk =>
        Directory.EnumerateFiles(Folder, "*.ssm").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    /// <summary>Names of a program's files of values: itself, and those of other lengths.</summary>
    public static IEnumerable<string> FilesOf(string program) => program == DropoutCase.Name
        ? [program]
        : Directory.EnumerateFiles(Folder, program + ".*safetensors").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    public static ReferenceCase Of(string name) => Known.GetOrAdd(name, Read);

    /// <summary>Tensors with a prefix, without it.</summary>
    public IEnumerable<KeyValuePair<string, TensorData>> With(string prefix) =>
        Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(t => KeyValuePair.Create(t.Key[prefix.Length..], t.Value));

    /// <summary>Runs the program once for each set of options.</summary>
    public IReadOnlyDictionary<string, TensorData> Run(params string[] options) => runs.GetOrAdd(string.Join(' ', options), _ =>
    {
        using var folder = new TemporaryFolder();
        TensorFile.Write(folder.At("weights.safetensors"), With("w."));
        TensorFile.Write(folder.At("inputs.safetensors"), With("in."));
        Tool.Require(
            ["run", Program, "--model", "M", "--weights", folder.At("weights.safetensors"), "--inputs", folder.At("inputs.safetensors"),
                "--out", folder.At("out.safetensors"), .. options]);
        return TensorFile.Read(folder.At("out.safetensors"));
    });

    private static ReferenceCase Read(string name) => name == DropoutCase.Name
        ? DropoutCase.Make()
        : new ReferenceCase(name, Path.Combine(Folder, name.Split('.')[0] + ".ssm"), TensorFile.Read(Path.Combine(Folder, name + ".safetensors")));
}
