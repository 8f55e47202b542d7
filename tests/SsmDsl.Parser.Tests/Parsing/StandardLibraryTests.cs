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
}
