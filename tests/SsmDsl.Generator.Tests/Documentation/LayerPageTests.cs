using SsmDsl.Compilation;
using SsmDsl.Parsing;
using SsmDsl.Semantics;
using SsmDsl.Syntax;

namespace SsmDsl.Generator.Tests.Documentation;

/// <summary>Each layer of the library has a page with its equation, its tables and a program that uses it.</summary>
public sealed class LayerPageTests
{
    private static readonly LayerSyntax[] Layers =
        [.. StandardLibrary.Parsed.SelectMany(file => file.File.Declarations).OfType<LayerSyntax>()];

    public static TheoryData<string> Names => [.. Layers.Select(l => l.Name.Text)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_a_page_that_agrees_with_its_file(string name)
    {
        LayerSyntax layer = Layers.Single(l => l.Name.Text == name);
        string page = $"docs/layers/{name}.md";
        string text = File.ReadAllText(Path.Combine(TestFiles.Root, page));
        Assert.StartsWith($"# {name}\n\n{layer.Doc}\n", text, StringComparison.Ordinal);
        Assert.Contains($"](../../src/SsmDsl.Parser/{layer.Name.Span.File.Path.Replace("std/", "Std/", StringComparison.Ordinal)})", text, StringComparison.Ordinal);

        FencedBlock example = FencedBlock.Read(page).First(b => b.Info == "ssm");
        CheckedProgram program = Pipeline.Default.Check([example.Source]);
        CheckedLayer? used = program.Models.SelectMany(m => Used(m.Layer)).FirstOrDefault(l => l.Name == name);
        Assert.True(used is not null, $"the example of {page} does not use {name}");
        string facts = LayerFacts.Of(layer, used);
        Assert.True(text.Contains(facts, StringComparison.Ordinal), $"{page} should have these tables:\n{facts}\n");
    }

    [Fact]
    public void No_page_is_left_over() =>
        Assert.Equal(
            Layers.Select(l => l.Name.Text).Append("README").Order(StringComparer.Ordinal),
            TestFiles.In("docs/layers", "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void The_list_of_pages_is_complete()
    {
        string list = File.ReadAllText(Path.Combine(TestFiles.Root, "docs/layers/README.md"));
        Assert.All(Layers, l => Assert.Contains($"]({l.Name.Text}.md)", list, StringComparison.Ordinal));
        FnSyntax[] functions = [.. StandardLibrary.Parsed.SelectMany(file => file.File.Declarations).OfType<FnSyntax>()];
        Assert.All(functions, f => Assert.Contains($"* `{f.Name.Text}({string.Join(", ", f.Parameters)})`: {f.Doc}\n", list, StringComparison.Ordinal));
    }

    private static IEnumerable<CheckedLayer> Used(CheckedLayer layer) => Used(layer.Body);

    private static IEnumerable<CheckedLayer> Used(IEnumerable<CheckedStatement> body) => body.SelectMany(statement => statement switch
    {
        CheckedCall call => [call.Instance.Layer, .. Used(call.Instance.Layer)],
        CheckedRepeat repeat => Used(repeat.Body),
        _ => [],
    });
}
