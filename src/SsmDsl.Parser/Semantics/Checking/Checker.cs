using System.Collections.Immutable;
using SsmDsl.Checks;
using SsmDsl.Diagnostics;
using SsmDsl.Parsing;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>The front end as one function: texts to checked layers and models, and all findings.</summary>
public static class Checker
{
    private static readonly Lazy<(DeclarationScope Scope, ImmutableArray<Diagnostic> Findings)> Library = new(() =>
    {
        var sink = new DiagnosticSink();
        foreach (ParseResult file in StandardLibrary.Parsed)
        {
            foreach (Diagnostic diagnostic in file.Diagnostics) sink.Report(diagnostic);
        }
        var scope = new DeclarationScope(StandardLibrary.Parsed.Select(p => p.File), null, sink);
        Check(scope, sink);
        return (scope, [.. sink.Found]);
    });

    /// <summary>What the compiler finds in its own library: nothing, as a test shows.</summary>
    public static ImmutableArray<Diagnostic> LibraryFindings => Library.Value.Findings;

    /// <summary>Checks the files of a project, and the library's layers with them.</summary>
    public static CheckedProgram Check(IReadOnlyList<SourceFile> files) => Check([.. files.Select(FileParser.Parse)]);

    public static CheckedProgram Check(ImmutableArray<ParseResult> files) => DeepStack.Run(() => CheckParsed(files));

    private static CheckedProgram CheckParsed(ImmutableArray<ParseResult> files)
    {
        var sink = new DiagnosticSink();
        foreach (Diagnostic diagnostic in files.SelectMany(f => f.Diagnostics)) sink.Report(diagnostic);
        DeclarationScope library = Library.Value.Scope;
        var scope = new DeclarationScope(files.Select(f => f.File), library, sink);
        Check(scope, sink);

        var models = ImmutableArray.CreateBuilder<CheckedModel>();
        foreach (LayerDeclaration declaration in scope.Own.OfType<LayerDeclaration>())
        {
            bool isModel = declaration.Syntax is SpecialisationSyntax or LayerSyntax { IsModel: true };
            if (!isModel)
            {
                if (declaration.Syntax is LayerSyntax { Attributes: { IsEmpty: false } attributes })
                    sink.Report(DiagnosticCodes.UnknownName, attributes[0].Name.Span, $"a layer has no attribute '@{attributes[0].Name.Text}'");
                continue;
            }
            if (scope.Find(declaration.Name) != declaration || ModelChecker.Of(declaration, sink) is not { } model) continue;
            models.Add(model);
            if (!model.HasErrors && Steppability.Check(model) is { } obstacle) sink.Report(InProject(obstacle));
        }
        CheckedLayer[] own = [.. scope.Own.OfType<LayerDeclaration>().Select(d => d.Info?.Layer).OfType<CheckedLayer>().Distinct().Where(l => !l.HasErrors)];
        foreach (Diagnostic finding in RecurrenceFindings.Find(models.Where(m => !m.HasErrors), own)) sink.Report(finding);
        var layers = scope.Own.Concat(library.Own).OfType<LayerDeclaration>().Select(d => d.Info?.Layer).OfType<CheckedLayer>().Distinct();
        return new CheckedProgram([.. layers], models.ToImmutable(), Ordered(sink.Found, files));
    }

    /// <summary>Checks all declarations of a scope, each after those that it uses.</summary>
    private static void Check(DeclarationScope scope, DiagnosticSink sink)
    {
        foreach (Declaration declaration in DeclarationOrder.Sort(scope, sink))
        {
            switch (declaration)
            {
                case ConstDeclaration { Syntax: ConstSyntax syntax } c:
                    ScalarChecker.Check(c, syntax, sink);
                    break;
                case FnDeclaration f:
                    ScalarChecker.Check(f, sink);
                    break;
                case LayerDeclaration { Syntax: LayerSyntax syntax } l:
                    LayerChecker.Check(l, syntax, sink);
                    break;
                case LayerDeclaration { Syntax: SpecialisationSyntax syntax } s:
                    ModelChecker.Specialise(s, syntax, sink);
                    break;
            }
        }
    }

    /// <summary>What stands in the library is reported where the user's file leads there.</summary>
    private static Diagnostic InProject(Diagnostic finding) =>
        finding.Span.File.IsLibrary && finding.Related is { Span: var use }
            ? finding with { Span = use, Related = new RelatedPlace(finding.Span, "in the library") }
            : finding;

    private static ImmutableArray<Diagnostic> Ordered(IEnumerable<Diagnostic> findings, ImmutableArray<ParseResult> files)
    {
        var numbers = new Dictionary<SourceFile, int>();
        foreach (ParseResult file in files) numbers[file.File.File] = numbers.Count;
        return [.. findings.OrderBy(f => numbers.TryGetValue(f.Span.File, out int n) ? n : int.MaxValue).ThenBy(f => f.Span.Start).ThenBy(f => f.Span.End)];
    }
}
