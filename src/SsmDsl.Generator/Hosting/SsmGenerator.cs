using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SsmDsl.Compilation;
using SsmDsl.Emit;

namespace SsmDsl.Hosting;

/// <summary>
/// The compiler inside of a build. All <c>.ssm</c> files of a project are compiled together; the steps hold texts and other
/// equatable values only, so that a class is added anew only when its text has changed.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SsmGenerator : IIncrementalGenerator
{
    internal const string SourcesStep = "Sources", CompiledStep = "Compiled", AccessStep = "Access", ClassesStep = "Classes", FindingsStep = "Findings";

    private const string AccessFile = "SsmDsl.IlgpuAccess.g.cs";

    private static readonly Regex ModelName = new(@"\bmodel\s+(\w+)");

    private readonly Pipeline pipeline;

    /// <summary>The compiler as it is.</summary>
    public SsmGenerator()
        : this(Pipeline.Default)
    {
    }

    /// <param name="pipeline">The stages; tests let some of them fail.</param>
    internal SsmGenerator(Pipeline pipeline) => this.pipeline = pipeline;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ProjectSettings> settings = context.AnalyzerConfigOptionsProvider.Select((o, _) => ProjectSettings.Of(o.GlobalOptions));
        IncrementalValuesProvider<SsmSource> sources = context.AdditionalTextsProvider.Where(SsmSource.IsSource)
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select((pair, cancellation) => SsmSource.Of(pair.Left, pair.Right, cancellation))
            .WithTrackingName(SourcesStep);
        IncrementalValueProvider<HostResult> compiled = sources.Collect().Combine(settings).Combine(Declared(context, sources))
            .Select((input, cancellation) => HostCompilation.Run(input.Left.Left, input.Left.Right, input.Right, pipeline, cancellation))
            .WithTrackingName(CompiledStep);

        // Once for the project, whatever its models are.
        IncrementalValueProvider<bool> access = settings.Select((s, _) => s.Ilgpu).WithTrackingName(AccessStep);
        context.RegisterSourceOutput(access, static (output, isWanted) =>
        {
            if (isWanted) output.AddSource(AccessFile, SourceText.From(ProgramFile.AssemblyAttributes, Encoding.UTF8));
        });

        // By source: what happens in one file does not move the classes of another.
        IncrementalValuesProvider<HostFile> classes = sources.Combine(compiled)
            .SelectMany((pair, _) => pair.Right.Files.Where(f => f.SourceName == pair.Left.Name))
            .WithTrackingName(ClassesStep);
        context.RegisterSourceOutput(classes, static (output, file) =>
            Guarded(output, file.SourceName, () => output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8))));

        IncrementalValuesProvider<HostFinding> findings = compiled.SelectMany((result, _) => result.Findings).WithTrackingName(FindingsStep);
        context.RegisterSourceOutput(findings, static (output, finding) =>
            Guarded(output, finding.Path, () => output.ReportDiagnostic(finding.ToDiagnostic())));
    }

    /// <summary>An output that fails is one error, not the end of all others.</summary>
    private static void Guarded(SourceProductionContext output, string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            Diagnostics.Diagnostic finding = CompilerDefect.At(new Text.SourceSpan(new Text.SourceFile(path, ""), 0, 0), defect);
            output.ReportDiagnostic(HostFinding.Of(finding, new Dictionary<string, SsmSource>())!.ToDiagnostic());
        }
    }

    /// <summary>The names in the project's C# that a model has too; as a rule none, whatever is typed.</summary>
    private static IncrementalValueProvider<EquatableArray<DeclaredName>> Declared(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<SsmSource> sources)
    {
        IncrementalValueProvider<ImmutableArray<EquatableArray<string>>> models = sources
            .Select((s, _) => new EquatableArray<string>([.. ModelName.Matches(s.Text).Cast<Match>().SelectMany(m => new[] { m.Groups[1].Value, m.Groups[1].Value + "F64" })]))
            .Collect();
        return context.SyntaxProvider.CreateSyntaxProvider((node, _) => DeclaredName.IsOne(node), (c, _) => DeclaredName.Of(c.Node)).Collect().Combine(models)
            .Select((pair, _) =>
            {
                HashSet<string> names = [.. pair.Right.SelectMany(n => n)];
                return new EquatableArray<DeclaredName>([.. pair.Left.Where(d => d.FullName.Split('.').Any(names.Contains)).Distinct().OrderBy(d => d.FullName, StringComparer.Ordinal)]);
            });
    }
}
