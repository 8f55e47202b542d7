using System.Collections.Immutable;
using SsmDsl.Compilation;
using SsmDsl.Text;

namespace SsmDsl.Hosting;

/// <summary>From the project's <c>.ssm</c> files and settings to C# and findings. Throws for cancellation only.</summary>
internal static class HostCompilation
{
    public static HostResult Run(
        ImmutableArray<SsmSource> sources, ProjectSettings settings, EquatableArray<DeclaredName> declared, Pipeline pipeline, CancellationToken cancellation)
    {
        // Builds hand over files in an order of their own.
        ImmutableArray<SsmSource> ordered = [.. sources.OrderBy(s => s.Name, StringComparer.Ordinal)];
        var options = new CompilerOptions
        {
            Precision = settings.Precision,
            Precise = settings.Precise,
            RootNamespace = settings.RootNamespace,
            Ilgpu = settings.Ilgpu,
            FilePrecision = ordered.Where(s => s.Precision is not null).GroupBy(s => s.Name).ToImmutableDictionary(g => g.Key, g => g.First().Precision!.Value),
            Types = declared.Where(d => !d.IsNamespace).GroupBy(d => d.FullName).ToImmutableDictionary(g => g.Key, g => g.First().Place),
            Namespaces = [.. declared.Where(d => d.IsNamespace).Select(d => d.FullName)],
        };
        SourceFile[] files = [.. ordered.Select(s => new SourceFile(s.Name, s.Text))];
        try
        {
            return HostResult.Of(SsmCompiler.Compile(files, options, pipeline, cancellation), ordered);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            return HostResult.Of(new CompilationResult([CompilerDefect.At(new SourceSpan(files[0], 0, 0), defect)], []), ordered);
        }
    }
}
