using SsmDsl.Parsing;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Parser.Tests.Parsing;

public class StatementTests
{
    [Theory]
    [InlineData("x = a b = c", "x = a; b = c")]
    [InlineData("x = a; b = c;;", "x = a; b = c")]
    [InlineData("x = a\n  + b\n  |> f\ny = c", "x = {{a + b} |> f}; y = c")]
    [InlineData("x = f\n(a, _) = g(x)", "x = f; (a, _) = g(x)")]
    [InlineData("x =\n  a\n  -b\n", "x = {a - b}")]
    [InlineData("(h[t, ..], c[t, ..]) = Cell(x[t, ..], h[t-1, ..])", "(h[t, ..], c[t, ..]) = Cell(x[t, ..], h[{t - 1}, ..])")]
    [InlineData("h[-1, n] = h0[n]", "h[{-1}, n] = h0[n]")]
    [InlineData("y[t, d: D] = a[t, d] y[t, D + d] = b", "y[t, d: D] = a[t, d]; y[t, {D + d}] = b")]
    [InlineData("@lr(0.25) @no_decay param a: real[d: D, n: N] = log(n + 1) as \"dt.a\"",
        "@lr(0.25r) @no_decay param a: real[d: D, n: N] = log({n + 1}) as \"dt.a\"")]
    [InlineData("param a: complex = (normal(0, 1) + 1i*normal(0, 1)) / sqrt(2*D)", "param a: complex = {({normal(0, 1) + {1i * normal(0, 1)}}) / sqrt({2 * D})}")]
    [InlineData("let f = Linear[3](p: 0) let g = Lru", "let f = Linear[3](p: 0); let g = Lru")]
    [InlineData("repeat 2*K as a.blocks[i] { x = x repeat 0 { } }", "repeat {2 * K} as a.blocks[i] {x = x; repeat 0 as ?[] {}}")]
    [InlineData("target label: int loss = mean(x) metric m = if a then 1 else 0", "target label: int; loss = {mean (x)}; metric m = {if a then 1 else 0}")]
    public void Reads_statements(string body, string expected) => Assert.Equal(expected, Shown.Body(body));

    [Fact]
    public void Reads_declarations_with_all_their_parts()
    {
        ParseResult result = Shown.Parse("""
            namespace A.B
            /// A constant.
            const K = 2^3
            fn twice(x) = 2*x  fn one() = 1
            /// First line.
            /// Second line.
            @horizon(1000)
            model M[N, E: 2*D, R: ceil(D/16)](
                /// The input.
                x: real[T, D], h0: real[N] = 0, rMin = 0.4, /// The mode.
                mode = exp | softplus | best, flag = other)
                -> (/// The output.
                    y: real[T, D], last: real[n: N]) {
                /// The weight.
                @frozen param w: real[] = 1
                /// What to predict.
                target goal: real
                /// How good.
                metric m = 1
            }
            layer Empty[]() -> y: int { }
            layer None -> y: int { }
            model Tiny = M[N: 16](rMin: 0)
            model Tiny2 = M
            """);
        Assert.Empty(result.Diagnostics);
        Assert.Equal("A.B", result.File.Namespace!.Text);
        Assert.Equal(["K", "twice", "one", "M", "Empty", "None", "Tiny", "Tiny2"], result.File.Declarations.Select(d => d.Name.Text));
        var model = (LayerSyntax)result.File.Declarations[3];
        Assert.Equal("First line.\nSecond line.", model.Doc);
        Assert.True(model.IsModel && !((LayerSyntax)result.File.Declarations[4]).IsModel);
        Assert.Equal("@horizon(1000) ", Shown.Attribute(Assert.Single(model.Attributes)));
        Assert.Equal(["N", "E={2 * D}", "R=ceil({D / 16})"],
            model.Dimensions.Select(d => d.Name + (d.Default is null ? "" : "=" + Shown.Of(d.Default))));
        Assert.Equal(["x:real[T, D]:", "h0:real[N]:0", "rMin::0.4r", "mode::exp|softplus|best", "flag::other"], model.Inputs.Select(i =>
            $"{i.Name}:{(i.Type is null ? "" : Shown.Type(i.Type))}:{(i.Default is null ? "" : Shown.Of(i.Default))}{string.Join("|", i.Words)}"));
        Assert.Equal(["The input.", null, null, "The mode.", null], model.Inputs.Select(i => i.Doc));
        Assert.Equal(["y:real[T, D]:The output.", "last:real[n: N]:"], model.Outputs.Select(o => $"{o.Name}:{Shown.Type(o.Type)}:{o.Doc}"));
        Assert.Equal("The weight.", ((ParamSyntax)model.Body[0]).Doc);
        Assert.Equal("What to predict.", ((TargetSyntax)model.Body[1]).Doc);
        Assert.Equal("How good.", ((MetricSyntax)model.Body[2]).Doc);
        string Text(SourceSpan span) => span.File.Text[span.Start..span.End];
        Assert.StartsWith("model M[N", Text(model.HeaderSpan));
        Assert.EndsWith("last: real[n: N])", Text(model.HeaderSpan));
        Assert.StartsWith("@horizon", Text(model.Span));
        Assert.EndsWith("metric m = 1\n}", Text(model.Span));
        Assert.Equal("M[N: 16](rMin: 0)", Shown.Of(((SpecialisationSyntax)result.File.Declarations[6]).Base));
    }

    [Fact]
    public void Spans_cover_exactly_their_text()
    {
        const string Text = "layer L(x: real) -> y: real { y = -(a + b)^2 |> f[1](c: 2) as g.h }";
        var statement = (AssignSyntax)((LayerSyntax)Shown.Parse(Text).File.Declarations[0]).Body[0];
        string Cut(SourceSpan span) => Text[span.Start..span.End];
        var pipe = (PipeSyntax)statement.Value;
        var minus = (UnarySyntax)pipe.Left;
        var power = (BinarySyntax)minus.Operand;
        Assert.Equal("y = -(a + b)^2 |> f[1](c: 2) as g.h", Cut(statement.Span));
        Assert.Equal("-(a + b)^2 |> f[1](c: 2) as g.h", Cut(pipe.Span));
        Assert.Equal("f[1](c: 2) as g.h", Cut(pipe.Right.Span));
        Assert.Equal("-(a + b)^2", Cut(minus.Span));
        Assert.Equal(("^", "(a + b)^2"), (Cut(power.OperatorSpan), Cut(power.Span)));
        Assert.Equal("c: 2", Cut(pipe.Right.Arguments[0].Span));
    }

    [Fact]
    public void Identifiers_are_compared_in_form_C()
    {
        string composed = "\u00E9t\u00E9", decomposed = "e\u0301te\u0301";
        Assert.Equal($"{composed} = λ; Δ_1 = {composed}", Shown.Body($"{decomposed} = λ Δ_1 = {composed}"));
    }

    [Fact]
    public void Reads_all_reference_programs()
    {
        Assert.True(Repository.Vectors.Length >= 49);
        foreach (string path in Repository.Vectors)
        {
            ParseResult result = FileParser.Parse(File.ReadAllBytes(path), path);
            Assert.True(result.Diagnostics.IsEmpty, string.Join('\n', result.Diagnostics));
            Assert.Contains(result.File.Declarations, d => d is LayerSyntax { IsModel: true, Name.Text: "M", HasErrors: false });
        }
    }
}
