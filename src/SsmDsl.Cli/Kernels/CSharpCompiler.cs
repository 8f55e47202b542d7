using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace SsmDsl.Cli.Kernels;

/// <summary>Roslyn: C# text → an assembly, in memory.</summary>
internal static class CSharpCompiler
{
    private static readonly Lazy<MetadataReference[]> References = new(FindReferences);

    /// <summary>The compiler and its options, as far as the assembly depends on them.</summary>
    public static string Version => $"{typeof(CSharpCompilation).Assembly.GetName().Version} on .NET {Environment.Version.Major}";

    /// <exception cref="InvalidOperationException">The text has errors or warnings: a defect of the code generator.</exception>
    public static byte[] Compile(string text, string assemblyName, CancellationToken cancellation)
    {
        var compilation = CSharpCompilation.Create(
            assemblyName,
            [CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), cancellationToken: cancellation)],
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release, deterministic: true));
        using var image = new MemoryStream();
        EmitResult result = compilation.Emit(image, cancellationToken: cancellation);
        if (!result.Success)
        {
            IEnumerable<Diagnostic> errors = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error);
            throw new InvalidOperationException($"the generated C# does not compile: {string.Join("; ", errors.Take(5))}");
        }

        return image.ToArray();
    }

    private static MetadataReference[] FindReferences()
    {
        // A list of what this process may load; it is empty in a single-file program.
        string[] loadable = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] needed = [.. loadable.Where(IsNeeded).Where(File.Exists)];
        return needed.Any(p => Path.GetFileName(p) == "System.Runtime.dll") && needed.Any(p => Path.GetFileName(p) == "SsmDsl.Runtime.dll")
            ? [.. needed.Select(p => MetadataReference.CreateFromFile(p))]
            : throw new RunException(
                "the assemblies that generated code refers to are not there as files, so that it cannot be compiled;"
                + " publish ssm as a folder, not as a single file (or use --device reference)");
    }

    private static bool IsNeeded(string path) =>
        Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "SsmDsl.Runtime.dll" or "SsmDsl.Runtime.Ilgpu.dll" or "ILGPU.dll");
}
