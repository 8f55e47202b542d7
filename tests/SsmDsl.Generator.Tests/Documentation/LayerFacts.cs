using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Documentation;

/// <summary>The tables of a layer's page, made from its text and from what the checker knows of it.</summary>
internal static class LayerFacts
{
    public static string Of(LayerSyntax syntax, CheckedLayer layer)
    {
        var lines = new List<string> { "| | name | type | if it is left out |", "| --- | --- | --- | --- |" };
        lines.AddRange(syntax.Dimensions.Select(d => Row("dimension", d.Name.Text, "", d.Default is null ? "" : Source(d.Default.Span), null)));
        lines.AddRange(syntax.Inputs.Where(i => i.Type is not null).Select(i =>
            Row("input", i.Name.Text, Source(i.Type!.Span), i.Default is null ? "" : Source(i.Default.Span), i.Doc)));
        lines.AddRange(syntax.Inputs.Where(i => i.Type is null).Select(i =>
            Row("hyperparameter", i.Name.Text, string.Join(", ", i.Words), i.Default is null ? i.Words[0].Text : Source(i.Default.Span), i.Doc)));
        lines.AddRange(syntax.Outputs.Select(o => Row("output", o.Name.Text, Source(o.Type.Span), "", o.Doc)));

        lines.Add("");
        string[] parameters = [.. Parameters(layer, "", ImmutableDictionary<DimSymbol, Dim>.Empty, isOwn: true)];
        if (parameters.Length == 0) lines.Add("It has no parameters.");
        else lines.AddRange(["| parameter | shape | at first | |", "| --- | --- | --- | --- |", .. parameters]);
        return string.Join('\n', lines);
    }

    /// <summary>In the order of the text, those of instances where the instance is used first.</summary>
    private static IEnumerable<string> Parameters(CheckedLayer layer, string prefix, ImmutableDictionary<DimSymbol, Dim> sizes, bool isOwn)
    {
        var seen = new HashSet<LayerInstance>();
        foreach (CheckedStatement statement in layer.Body)
        {
            switch (statement)
            {
                case CheckedParameter p:
                    string shape = string.Join(", ", p.Local.Type.Shape.Select(s => s.Substitute(sizes)));
                    string type = p.Local.Type.Element == ElementType.Complex ? " complex" : "";
                    string first = isOwn ? $"`{Source(p.Init.Span)}`" : $"as in [{layer.Name}]({layer.Name}.md)";
                    yield return $"| `{prefix}{p.CheckpointName}` | [{shape}]{type} | {first} | {Attributes(p)} |";
                    break;

                case CheckedCall { Instance: { } instance } when seen.Add(instance):
                    var inner = instance.Dimensions.ToImmutableDictionary(d => d.Key, d => d.Value.Substitute(sizes));
                    foreach (string row in Parameters(instance.Layer, $"{prefix}{instance.Path}.", inner, isOwn: false)) yield return row;
                    break;

                case CheckedRepeat:
                    throw new NotSupportedException($"{layer.Name} has a repeat: its page needs rows with copy numbers");
            }
        }
    }

    private static string Attributes(CheckedParameter p) => string.Join(", ", new[]
    {
        p.LearningRateFactor == 1 ? "" : FormattableString.Invariant($"learning rate × {p.LearningRateFactor}"),
        p.Decay ? "" : "no weight decay",
        p.Frozen ? "not trained" : "",
    }.Where(t => t.Length > 0));

    private static string Row(string kind, string name, string type, string byDefault, string? doc)
    {
        string left = byDefault.Length == 0 ? doc ?? "" : doc is null ? $"`{byDefault}`" : $"`{byDefault}`. {doc}";
        return $"| {kind} | `{name}` | {(type.Length == 0 ? "" : $"`{type}`")} | {left.Replace('\n', ' ')} |";
    }

    private static string Source(SourceSpan span) =>
        string.Join(' ', span.File.Text.Substring(span.Start, span.Length).Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
