using Microsoft.CodeAnalysis.Diagnostics;
using SsmDsl.Compilation;

namespace SsmDsl.Hosting;

/// <summary>The properties of the project that the compiler reads.</summary>
/// <param name="Ilgpu">The project refers to the package for ILGPU.</param>
/// <param name="Folder">The project's folder with a separator at its end, or empty.</param>
internal sealed record ProjectSettings(string RootNamespace, Precision Precision, bool Ilgpu, string Folder)
{
    public static ProjectSettings Of(AnalyzerConfigOptions options) => new(
        Property(options, "RootNamespace"),
        CompilerOptions.ParsePrecision(Property(options, "SsmDslPrecision")) ?? Precision.F32,
        bool.TryParse(Property(options, "SsmDslIlgpu"), out bool ilgpu) && ilgpu,
        Property(options, "ProjectDir"));

    /// <summary>A path from the project's folder, the same on every machine; as it is, if it is not below.</summary>
    public string Relative(string path)
    {
        string slashed = path.Replace('\\', '/'), folder = Folder.Replace('\\', '/').TrimEnd('/') + "/";
        return folder.Length > 1 && slashed.StartsWith(folder, StringComparison.Ordinal) ? slashed.Substring(folder.Length) : slashed;
    }

    private static string Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue("build_property." + name, out string? value) ? value.Trim() : "";
}
