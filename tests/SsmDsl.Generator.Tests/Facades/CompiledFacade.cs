using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SsmDsl.Emit;

namespace SsmDsl.Generator.Tests.Facades;

/// <summary>Generated classes together with code that uses them, compiled in memory as strictly as a project can ask for.</summary>
internal static class CompiledFacade
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "SsmDsl.Runtime.dll" or "mscorlib.dll" or "netstandard.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Everything that the compiler says, down to warnings.</summary>
    public static string[] Problems(IEnumerable<FacadeText> classes, string usage = "") =>
        [.. Compile(classes, usage).GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];

    /// <summary>Calls <c>Usage.Run()</c>, and gives back what it returns.</summary>
    public static object? Run(IEnumerable<FacadeText> classes, string usage)
    {
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = Compile(classes, usage).Emit(image);
        string[] problems = [.. result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];
        Assert.True(problems.Length == 0, string.Join("\n", problems) + "\n" + string.Join("\n", classes.Select(c => c.Source)));
        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(image);
        try
        {
            return assembly.GetType("Usage")!.GetMethod("Run")!.Invoke(null, null);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e.InnerException).Throw();
            throw;
        }
    }

    private static CSharpCompilation Compile(IEnumerable<FacadeText> classes, string usage)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Diagnose);
        const string usings = "#pragma warning disable CS1591\nusing System; using System.Linq; using System.Numerics.Tensors; using SsmDsl;\n";
        return CSharpCompilation.Create(
            "Generated" + Guid.NewGuid().ToString("N"),
            [.. classes.Select((c, i) => CSharpSyntaxTree.ParseText(c.Source, options, $"{c.FullName}{i}.g.cs")), CSharpSyntaxTree.ParseText(usage.Length == 0 ? "" : usings + usage, options, "Usage.cs")],
            References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                optimizationLevel: OptimizationLevel.Release,
                checkOverflow: true,
                warningLevel: 9999,
                nullableContextOptions: NullableContextOptions.Enable,
                specificDiagnosticOptions: [new("CS8019", ReportDiagnostic.Suppress), new("CS1591", ReportDiagnostic.Warn)]));
    }
}
