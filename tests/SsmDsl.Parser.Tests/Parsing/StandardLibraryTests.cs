using SsmDsl.Parsing;
using SsmDsl.Syntax;

namespace SsmDsl.Parser.Tests.Parsing;

public class StandardLibraryTests
{
    [Fact]
    public void Every_file_parses_and_every_declaration_is_documented()
    {
        Assert.Contains(StandardLibrary.Files, file => file.Path == "std/Linear.ssm");
        Assert.Equal(StandardLibrary.Files.Select(f => f.Path).Order(StringComparer.Ordinal), StandardLibrary.Files.Select(f => f.Path));
        Assert.Empty(StandardLibrary.Parsed.SelectMany(result => result.Diagnostics));
        Assert.All(StandardLibrary.Files, file => Assert.True(file.IsLibrary));
        DeclarationSyntax[] declarations = [.. StandardLibrary.Parsed.SelectMany(result => result.File.Declarations)];
        Assert.All(declarations, d => Assert.True(d.Doc is { Length: > 2 }, d.Name.Text));
        Assert.Equal(declarations.Length, declarations.Select(d => d.Name.Text).Distinct().Count());
    }

    [Fact]
    public void Every_layer_tells_its_equation_and_its_source() =>
        Assert.All(StandardLibrary.Parsed.SelectMany(result => result.File.Declarations).OfType<LayerSyntax>(), layer =>
        {
            Assert.True(layer.Doc!.Contains(" = ", StringComparison.Ordinal), $"{layer.Name.Text}: an equation");
            Assert.Matches(@"arXiv:\d{4}\.\d{4,5}|\b(19|20)\d\d\)|torch\.nn\.[A-Z]", layer.Doc);
        });

    [Fact]
    public void Every_tensor_of_a_layer_has_its_shape() =>
        Assert.All(StandardLibrary.Parsed.SelectMany(result => result.File.Declarations).OfType<LayerSyntax>(), layer =>
        {
            Assert.All(layer.Inputs.Where(i => i.Default is null && i.Words.IsEmpty), i => Assert.NotNull(i.Type));
            Assert.All(layer.Outputs, o => Assert.NotNull(o.Type));
        });
}
