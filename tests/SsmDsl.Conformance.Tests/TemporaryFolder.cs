namespace SsmDsl.Conformance.Tests;

/// <summary>A folder that goes with its user.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ssm-conformance");

    public string At(string file) => Path.Combine(folder.FullName, file);

    public void Dispose() => folder.Delete(recursive: true);
}
