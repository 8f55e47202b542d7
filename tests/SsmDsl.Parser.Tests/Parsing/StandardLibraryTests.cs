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

    [Theory]
    [InlineData("RealLinearRnn", 1)]
    [InlineData("ComplexLinearRnn", 1)]
    [InlineData("Lru", 1)]
    [InlineData("S4d", 1)]
    [InlineData("S4", 1)]
    [InlineData("S5", 1)]
    [InlineData("StableSsm", 1)]
    [InlineData("Mamba", 1)]
    [InlineData("Mamba2", 1)]
    [InlineData("RgLru", 1)]
    [InlineData("Hawk", 1)]
    [InlineData("MinGru", 1)]
    [InlineData("MinLstm", 1)]
    [InlineData("Rnn", 1)]
    [InlineData("Gru", 1)]
    [InlineData("Lstm", 2)]
    [InlineData("DiagonalRnn", 1)]
    public void A_recurrence_takes_its_first_states_and_gives_its_last(string name, int states)
    {
        LayerSyntax layer = StandardLibrary.Parsed.SelectMany(result => result.File.Declarations).OfType<LayerSyntax>().Single(l => l.Name.Text == name);
        string Type(SsmDsl.Text.SourceSpan span) => span.File.Text.Substring(span.Start, span.Length);
        InputSyntax[] first = [.. layer.Inputs.Where(i => i.Type is not null).Skip(1)];
        Assert.Equal(states, first.Length);
        Assert.All(first, i => Assert.Equal("0", Type(i.Default!.Span)));
        Assert.Equal(first.Select(i => Type(i.Type!.Span)), layer.Outputs.Skip(1).Select(o => Type(o.Type.Span)));
    }

    [Fact]
    public void Every_tensor_of_a_layer_has_its_shape() =>
        Assert.All(StandardLibrary.Parsed.SelectMany(result => result.File.Declarations).OfType<LayerSyntax>(), layer =>
        {
            Assert.All(layer.Inputs.Where(i => i.Default is null && i.Words.IsEmpty), i => Assert.NotNull(i.Type));
            Assert.All(layer.Outputs, o => Assert.NotNull(o.Type));
        });
}
