using SsmDsl.Parsing;
using SsmDsl.Syntax;

namespace SsmDsl.Parser.Tests.Parsing;

public class RecoveryTests
{
    /// <summary>In these texts ‹…› marks the token of an error; nothing else is one, and what is left is what follows.</summary>
    [Theory]
    [InlineData("layer A(x: real) -> y: real { a = 1 + ‹*› 2\n b = 3\n c = (4\n ‹d› = 5\n param ‹loss›: real = 1\n e = 6 } const k = 1",
        "A:b = 3; d = 5; e = 6 k")]
    [InlineData("layer A(x: real) -> y: real {\n a = b +\n c ‹=› d\n e = f }", "A:c = d; e = f")]
    [InlineData("layer A(x: real) -> y: real {\n a = b ‹c›\n e = f }", "A:e = f")]
    [InlineData("layer A(x: real) -> y: real {\n foo‹(›x)\n y[t, d ‹=› 2\n param w ‹real›[N] = 1\n e = f }", "A:e = f")]
    [InlineData("layer A(x: real) -> y: real {\n repeat ‹as› blocks { x = ‹)› \n z = 1 }\n e = f }", "A:e = f")]
    [InlineData("layer A(x: real) -> y: real {\n repeat 3 as b { x = ‹)› \n z = 1 }\n e = f }", "A:repeat 3 as b[] {z = 1}; e = f")]
    [InlineData("layer A(x: real) -> y: real { e = f \n ‹layer› B -> y: real { y = 1 }", "A:e = f B:y = 1")]
    [InlineData("layer A(x: real[T) ‹-›> y: real { e = ‹*› f\n g = 1 }\nfn f(x) = ‹›", null)]
    [InlineData("layer A(x ‹)› -> y: real { e = ‹*› f\n g = 1 }\nconst k = 1", " k")]
    [InlineData("‹layr› A(x: real) -> y: real { e = f }\nconst k = 1", " k")]
    [InlineData("const k = 1 ‹)›\nconst m = 2", " m")]
    [InlineData("layer A -> y: real { y = 1 } ‹}›\nconst m = 2", "A:y = 1 m")]
    [InlineData("layer A -> y: real { y = 1 \n", "A:y = 1")]
    [InlineData("const k = 1\n‹namespace› A\nconst m = 2", "k m")]
    [InlineData("namespace ‹1›\nconst m = 2", " m")]
    [InlineData("fn ‹if›(x) = 1\nmodel A = ‹3›\nconst m = 2", " m")]
    [InlineData("layer A -> y: real {\n model ‹=› 1\n e = f\n const‹a› }", null)]
    [InlineData("const a = ‹\"no end›\nconst b = 1", " b")]
    [InlineData("layer A -> y: real { @lr(1) ‹y› = 1\n z = 2 ; w = ‹;› v = 1 }", "A:z = 2; v = 1")]
    public void Each_mistake_is_one_error_at_its_token(string marked, string? rest)
    {
        if (rest is null) return;
        string text = marked.Replace("‹", "").Replace("›", "");
        ParseResult result = Shown.Parse(text);
        var expected = new List<(int, int)>();
        int removed = 0, start = 0;
        for (int i = 0; i < marked.Length; i++)
        {
            if (marked[i] == '‹') start = i - removed++;
            if (marked[i] == '›') expected.Add((start, i - removed++));
        }
        if (text.EndsWith("1 \n", StringComparison.Ordinal)) expected.Add((text.Length, text.Length));
        Assert.Equal(expected, result.Diagnostics.Select(d => (d.Span.Start, d.Span.End)));
        Assert.All(result.Diagnostics, d => Assert.Equal("SSM0001", d.Code.Id));
        string shown = string.Join(" ", result.File.Declarations.Select(d => d is LayerSyntax l ? l.Name + ":" + Shown.Statements(l.Body) : d.Name.Text));
        Assert.Equal(rest.Trim(), shown);
        Assert.Equal(
            result.File.Declarations.OfType<LayerSyntax>().Select(layer => layer.Name.Text == "A" && expected.Any(e => e.Item1 > layer.Span.Start) && !marked.Contains("} ‹}›")),
            result.File.Declarations.OfType<LayerSyntax>().Select(layer => layer.HasErrors));
    }

    [Fact]
    public void Says_what_was_expected_and_where_a_brace_was_opened()
    {
        var error = Assert.Single(Shown.Parse("layer A -> y: real {\n    y = 1\n").Diagnostics);
        Assert.Equal("unexpected end of the file; expected '}' (the '{' without a '}': test.ssm(1,20))", error.FullMessage);
        error = Assert.Single(Shown.Parse("layer loss -> y: real { }").Diagnostics);
        Assert.Equal("unexpected keyword 'loss'; expected a name; 'loss' is a keyword and cannot be a name", error.Message);
        error = Assert.Single(Shown.Parse("foo").Diagnostics);
        Assert.Equal("unexpected name 'foo'; expected 'layer', 'model', 'fn' or 'const'", error.Message);
        error = Assert.Single(Shown.Parse("layer A { }").Diagnostics);
        Assert.Equal("unexpected '{'; expected '[', '(' or '->'", error.Message);
    }

    [Fact]
    public void Names_of_lost_declarations_are_kept()
    {
        ParseResult result = Shown.Parse("layer A(x:) -> y: real { }\n@horizon(3) model B(-> y: real { }\nfn f(x) =\nconst c = 1");
        Assert.Equal("A B f", string.Join(" ", result.File.Lost));
        Assert.Equal(["c"], result.File.Declarations.Select(d => d.Name.Text));
    }
}
