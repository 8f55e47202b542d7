using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using SsmDsl.Compilation;
using SsmDsl.Hosting;

namespace SsmDsl.Generator.Tests.Hosting;

/// <summary>A project in memory, compiled with the generator again and again as it is edited.</summary>
internal sealed class GeneratorRun
{
    public const string Folder = "/project/";

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "SsmDsl.Runtime.dll" or "netstandard.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    private readonly SettingsProvider settings = new();
    private readonly Dictionary<string, Source> sources = [];
    private CSharpCompilation compilation;
    private GeneratorDriver driver;

    public GeneratorRun(Pipeline? pipeline = null)
    {
        compilation = CSharpCompilation.Create("Project", [], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        driver = CSharpGeneratorDriver.Create(
            [(pipeline is null ? new SsmGenerator() : new SsmGenerator(pipeline)).AsSourceGenerator()],
            parseOptions: new CSharpParseOptions(LanguageVersion.Preview),
            optionsProvider: settings,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        settings.Global["build_property.RootNamespace"] = "Root";
        settings.Global["build_property.ProjectDir"] = Folder;
    }

    public GeneratorRunResult Result => driver.GetRunResult().Results.Single();

    /// <summary>Text of the generated files, by hint name.</summary>
    public Dictionary<string, string> Files => Result.GeneratedSources.ToDictionary(s => s.HintName, s => s.SourceText.ToString());

    public string[] Errors => [.. Result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];

    /// <summary>Everything that C# says of the project with its generated files, down to warnings.</summary>
    public string[] Problems => [.. compilation.AddSyntaxTrees(Result.GeneratedSources.Select(s => s.SyntaxTree)).GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];

    public void Property(string name, string value) => settings.Global["build_property." + name] = value;

    public void Setting(string file, string key, string value) => settings.OfFile(Folder + file)[key] = value;

    public void Ssm(string name, string text)
    {
        var source = new Source(Folder + name, text);
        driver = sources.TryGetValue(name, out Source? old) ? driver.ReplaceAdditionalText(old, source) : driver.AddAdditionalTexts([source]);
        sources[name] = source;
    }

    public void CSharp(string name, string text)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), Folder + name);
        SyntaxTree? old = compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == tree.FilePath);
        compilation = old is null ? compilation.AddSyntaxTrees(tree) : compilation.ReplaceSyntaxTree(old, tree);
    }

    public GeneratorRun Run()
    {
        driver = driver.RunGenerators(compilation);
        return this;
    }

    /// <summary>Why the outputs of a step were made in the last run, by what is generated.</summary>
    public Dictionary<string, IncrementalStepRunReason> Reasons(string step) => Result.TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> steps)
        ? steps.SelectMany(s => s.Outputs).Where(o => o.Reason != IncrementalStepRunReason.Removed).ToDictionary(o => o.Value.ToString()!.Split(',')[0], o => o.Reason)
        : [];

    private sealed class Source(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class SettingsProvider : AnalyzerConfigOptionsProvider
    {
        private readonly Dictionary<string, Dictionary<string, string>> files = [];

        public Dictionary<string, string> Global { get; } = [];

        public override AnalyzerConfigOptions GlobalOptions => new Settings(Global);

        public Dictionary<string, string> OfFile(string path) => files.TryGetValue(path, out var known) ? known : files[path] = [];

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Settings([]);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Settings(OfFile(textFile.Path));
    }

    private sealed class Settings(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
