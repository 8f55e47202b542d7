using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>Models: a layer with values for its dimensions and hyperparameters.</summary>
internal static class ModelChecker
{
    /// <summary>A specialisation is its base with other defaults.</summary>
    public static void Specialise(LayerDeclaration declaration, SpecialisationSyntax syntax, DiagnosticSink sink)
    {
        var body = new BodyBinder(declaration.Scope, sink, isModel: false, isLenient: false, values: null);
        ApplySyntax use = syntax.Base;
        if (declaration.Scope.Find(use.Name.Text) is not LayerDeclaration known)
        {
            if (declaration.Scope.Find(use.Name.Text) is null && !declaration.Scope.IsLost(use.Name.Text))
            {
                sink.Report(DiagnosticCodes.UnknownName, use.Name.Span, $"there is no model '{use.Name.Text}'",
                    suggestion: Words.Suggest(use.Name.Text, declaration.Scope.Names.Where(n => declaration.Scope.Find(n) is LayerDeclaration)));
            }
            else if (declaration.Scope.Find(use.Name.Text) is not null) sink.Report(DiagnosticCodes.WrongArgument, use.Span, $"'{use.Name.Text}' is no model");
            declaration.IsBroken = true;
            return;
        }
        if (known.Info is not { } info || declaration.IsBroken) return;
        foreach (ArgumentSyntax argument in use.Arguments.IsDefault ? [] : use.Arguments)
        {
            if (argument.Label is { } label && info.Hyper(label.Text) is not null) continue;
            sink.Report(DiagnosticCodes.WrongArgument, argument.Span, argument.Label is { } unknown
                ? $"{info.Name} has no hyperparameter '{unknown.Text}'" : "a specialisation gives dimensions and hyperparameters, by name",
                suggestion: argument.Label is { } name ? Words.Suggest(name.Text, info.Hypers.Select(h => h.Parameter.Name)) : null);
        }
        GivenSizes given = body.BindGiven(info, use, new Context(declaration.Scope, new NameScope(null)));
        foreach (Obligation obligation in body.Obligations) Obligation.Settle(obligation, null, [], sink, null);
        declaration.Info = info with
        {
            Name = declaration.Name,
            Listed = [.. info.Listed.Select(d => given.Dimensions.TryGetValue(d.Symbol, out Dim? value) ? d with { Default = value, Conditions = [] } : d)],
            Hypers = [.. info.Hypers.Select(h => given.Hypers.TryGetValue(h.Parameter, out HyperArgument? value)
                ? h with { Default = value, Size = value.Value is DimensionExpression size ? size.Value : h.Size } : h)],
        };
    }

    /// <summary>The model of a declaration, its open questions decided with its numbers; null if not even its header is known.</summary>
    public static CheckedModel? Of(LayerDeclaration declaration, DiagnosticSink sink)
    {
        if (declaration.Info is not { } info) return null;
        bool isSpecialised = declaration.Syntax is SpecialisationSyntax;
        ImmutableHashSet<DimSymbol> dynamic = [.. info.Inferred];
        int errors = sink.Errors;
        if (isSpecialised && !info.Layer.IsModel)
        {
            foreach (ListedDimension open in info.Listed.Where(d => d.Default is null))
                sink.Report(DiagnosticCodes.SizeUnknown, ((SpecialisationSyntax)declaration.Syntax).Base.Span, $"the dimension {open.Symbol} of {info.Layer.Name} needs a value");
        }
        var values = isSpecialised
            ? ModelValues.Of(info.Listed, info.Hypers, dynamic, sink)
            : sink.Muted(() => ModelValues.Of(info.Listed, info.Hypers, dynamic, sink));
        SourceSpan? use = isSpecialised ? declaration.Syntax.Name.Span : null;
        if (!info.Layer.HasErrors)
        {
            foreach (Obligation refuted in Refuted(info, values, dynamic))
            {
                Diagnostic finding = refuted.Fault.Report(use);
                if (!sink.Has(finding.Code, finding.Span)) sink.Report(finding);
            }
        }
        return new CheckedModel(
            declaration.Name,
            declaration.File.Namespace?.Text,
            declaration.Syntax.Doc ?? (isSpecialised ? info.Layer.Doc : null),
            declaration.Syntax.Name.Span,
            info.Layer,
            values,
            info.Hypers.ToImmutableDictionary(h => h.Parameter, h => HyperDefaults.At(h, values)),
            Horizon(declaration.Syntax, sink),
            info.Layer.HasErrors || sink.Errors > errors || declaration.IsBroken);
    }

    /// <summary>What does not hold for a model's numbers, one for each cause. Where sizes are wrong in themselves, only that.</summary>
    private static IEnumerable<Obligation> Refuted(LayerInfo info, IReadOnlyDictionary<DimSymbol, Dim> values, ImmutableHashSet<DimSymbol> dynamic)
    {
        var refuted = info.ObligationsOf(ImmutableDictionary<DimSymbol, Dim>.Empty).Select(o => o.Substitute(values)).Where(o => o.Decide(dynamic) == Verdict.Refuted)
            .GroupBy(o => o.Cause).Select(sameCause => sameCause.First()).ToList();
        var quotients = refuted.Where(o => o.Code == DiagnosticCodes.DivisionLeavesRemainder).ToList();
        return quotients.Count > 0 ? quotients : refuted;
    }

    private static double? Horizon(DeclarationSyntax syntax, DiagnosticSink sink)
    {
        double? horizon = null;
        ImmutableArray<AttributeSyntax> attributes = syntax switch
        {
            LayerSyntax l => l.Attributes,
            SpecialisationSyntax s => s.Attributes,
            _ => [],
        };
        foreach (AttributeSyntax attribute in attributes)
        {
            if (attribute.Name.Text == "horizon") horizon = Attributes.Number(attribute, sink, least: 1);
            else
            {
                sink.Report(DiagnosticCodes.UnknownName, attribute.Name.Span, $"a model has no attribute '@{attribute.Name.Text}'; there is @horizon(L)",
                    suggestion: Words.Suggest(attribute.Name.Text, ["horizon"]));
            }
        }
        return horizon;
    }
}
