using Microsoft.CodeAnalysis.Diagnostics;
using SsmDsl.Compilation;

namespace SsmDsl.Hosting;

/// <summary>The properties of the project that the compiler reads.</summary>
/// <param name="Precise">Functions of reals are as precise as the runtime can compute them.</param>
/// <param name="Ilgpu">The project refers to the package for ILGPU.</param>
/// <param name="Folder">The project's folder with a separator at its end, or empty.</param>
internal sealed record ProjectSettings(string RootNamespace, Precision Precision, bool Precise, bool Ilgpu, string Folder)
{
    public static ProjectSettings Of(AnalyzerConfigOptions options) => new(
        Property(options, "RootNamespace"),
        CompilerOptions.ParsePrecision(Property(options, "SsmDslPrecision")) ?? Precision.F32,
        IsTrue(options, "SsmDslPrecise"),
        IsTrue(options, "SsmDslIlgpu"),
        Property(options, "ProjectDir"));

    /// <summary>A path from the project's folder, the same on every machine; as it is, if it is not below.</summary>
    public string Relative(string path)
    {
        string slashed = path.Replace('\\', '/'), folder = Folder.Replace('\\', '/').TrimEnd('/') + "/";
        return folder.Length > 1 && slashed.StartsWith(folder, StringComparison.Ordinal) ? slashed.Substring(folder.Length) : slashed;
    }

    private static bool IsTrue(AnalyzerConfigOptions options, string name) => bool.TryParse(Property(options, name), out bool value) && value;

    private static string Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue("build_property." + name, out string? value) ? value.Trim() : "";
}
