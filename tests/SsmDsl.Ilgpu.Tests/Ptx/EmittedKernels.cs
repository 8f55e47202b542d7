using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Checking;
using SsmDsl.Text;

namespace SsmDsl.Ilgpu.Tests.Ptx;

/// <summary>The kernels of the models in a file, as an assembly.</summary>
internal static class EmittedKernels
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "ILGPU.dll" or "SsmDsl.Runtime.dll" or "SsmDsl.Runtime.Ilgpu.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>All programs of each model of a file, or of one of them.</summary>
    public static IEnumerable<(string Model, Assembly Kernels)> Of(string path, RealType real, string? only = null)
    {
        CheckedProgram program = Checker.Check([new SourceFile(path, File.ReadAllText(path))]);
        foreach (CheckedModel model in program.Models.Where(m => only is null || m.Name == only))
        {
            ModelGraph graph = Pipeline.Default.Expand(model);
            GraphProgram[] programs = [.. new[] { graph.Compiled.Forward, graph.Compiled.LongForward, graph.Compiled.Evaluate, graph.Compiled.Backward, graph.Compiled.VectorJacobian }.OfType<GraphProgram>()];
            EmittedPrograms emitted = IlgpuEmitter.Emit(programs.Select((p, i) => new NamedProgram(p, $"Program{i}", real)));
            yield return (model.Name, Compile(emitted));
        }
    }

    public static Assembly Compile(EmittedPrograms emitted)
    {
        string text = ProgramFile.AssemblyAttributes + ProgramFile.Of(emitted, "internal");
        var compilation = CSharpCompilation.Create(
            "Generated" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview))],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release, checkOverflow: true));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        string[] problems = [.. result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];
        if (problems.Length > 0) throw new InvalidOperationException(string.Join("\n", problems) + "\n" + text);
        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }
}
