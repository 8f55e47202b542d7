namespace SsmDsl.Parser.Tests.Parsing;

public class ExpressionTests
{
    [Theory]
    // From the weakest to the strongest operator.
    [InlineData("x |> f |> g", "{{x |> f} |> g}")]
    [InlineData("if a then b else c |> f", "{{if a then b else c} |> f}")]
    [InlineData("if a |> f then b |> g else if c then d else e + 1", "{if {a |> f} then {b |> g} else {if c then d else {e + 1}}}")]
    [InlineData("a or b and not c == d", "{a or {b and {not {c == d}}}}")]
    [InlineData("not not a or b", "{{not {not a}} or b}")]
    [InlineData("a + 1 < b * 2", "{{a + 1} < {b * 2}}")]
    [InlineData("a - b + c - d", "{{{a - b} + c} - d}")]
    [InlineData("a + b * c / d div e mod f", "{a + {{{{b * c} / d} div e} mod f}}")]
    [InlineData("-a * -b", "{{-a} * {-b}}")]
    [InlineData("-x^2", "{-{x ^ 2}}")]
    [InlineData("2^-1", "{2 ^ {-1}}")]
    [InlineData("2^-x^y", "{2 ^ {-{x ^ y}}}")]
    [InlineData("a^b^c * d", "{{a ^ {b ^ c}} * d}")]
    [InlineData("a^f(x)[1 + 1i]", null)]
    [InlineData("(a + b) * c", "{({a + b}) * c}")]
    [InlineData("a - -b", "{a - {-b}}")]
    // Reductions take the rest of the product; without brackets their parentheses; softmax one factor.
    [InlineData("b + sum[k] w[k]*x[k] + c", "{{b + {sum[k] {w[k] * x[k]}}} + c}")]
    [InlineData("2 * sum[k] a[k] / b", "{2 * {sum[k] {a[k] / b}}}")]
    [InlineData("-sum[k] -a[k] * b[k]", "{-{sum[k] {{-a[k]} * b[k]}}}")]
    [InlineData("argmax[c] p[c] == label", "{{argmax[c] p[c]} == label}")]
    [InlineData("mean(x) * 2", "{{mean (x)} * 2}")]
    [InlineData("mean(x)^2 / 2", "{{{mean (x)} ^ 2} / 2}")]
    [InlineData("mean[t] (a[t]) * 2", "{mean[t] {(a[t]) * 2}}")]
    [InlineData("max(a, b) * 2", "{max(a, b) * 2}")]
    [InlineData("min(a, b)", "min(a, b)")]
    [InlineData("max(a: 1)", "max(a: 1)")]
    [InlineData("sum[i, j: 2*J | i < j and k[i]] a[i, j]", "{sum[i, j: {2 * J} | {{i < j} and k[i]}] a[i, j]}")]
    [InlineData("softmax[s | s <= t] a[t, s]^2 * v[s]", "{{softmax[s | {s <= t}] {a[t, s] ^ 2}} * v[s]}")]
    [InlineData("softmax[s] sum[d] q[d]*k[s, d]", "{softmax[s] {sum[d] {q[d] * k[s, d]}}}")]
    // Names and what follows them.
    [InlineData("Linear[8]", "Linear[8]")]
    [InlineData("Lru[N: 64](x, rMin: 0.9) as a.b", "Lru[N: 64](x, rMin: 0.9r) as a.b")]
    [InlineData("x |> A as a |> B[2](p: 1) as b |> sum", "{{{x |> A as a} |> B[2](p: 1) as b} |> sum}")]
    [InlineData("y + A(x) as a + B(x |> C)", "{{y + A(x) as a} + B({x |> C})}")]
    [InlineData("h[t-1, ..]", "h[{t - 1}, ..]")]
    [InlineData("z[t, e: E]", "z[t, e: E]")]
    [InlineData("random() + f()", "{random() + f()}")]
    [InlineData("x[t, h*K + k, t div 2, h mod G]", "x[t, {{h * K} + k}, {t div 2}, {h mod G}]")]
    // Numbers.
    [InlineData("1 + 0.5 + 1e-3 + 1i + 0.5i + 2E+2 + 1e2i", "{{{{{{1 + 0.5r} + 0.001r} + 1i} + 0.5i} + 200r} + 100i}")]
    [InlineData("2147483647", "2147483647")]
    [InlineData("true and false", "{true and false}")]
    public void Groups_by_precedence(string text, string? expected)
    {
        if (expected is null) Assert.NotEmpty(Shown.Parse($"const c = {text}").Diagnostics);
        else Assert.Equal(expected, Shown.Of(text));
    }

    [Theory]
    [InlineData("a < b < c", 7, 8, "unexpected '<' after a comparison; expected two comparisons joined by 'and'")]
    [InlineData("a == b != c", 8, 10, "unexpected '!=' after a comparison")]
    [InlineData("a + * b", 5, 6, "unexpected '*'; expected an expression")]
    [InlineData("a + if b then c else d", 5, 7, "put 'if …' in parentheses here")]
    [InlineData("f(a, b", 7, 7, "unexpected end of the file; expected an operator, ',' or ')'")]
    [InlineData("f(a b)", 5, 6, "unexpected name 'b'; expected an operator, ',' or ')'")]
    [InlineData("(a, b)", 3, 4, "unexpected ','; expected an operator or ')'")]
    [InlineData("x[t] = 3", 6, 7, "unexpected '='; expected an operator or a declaration")]
    [InlineData("f(x)[1]", 5, 6, "to index a result, bind it to a name first")]
    [InlineData("a && b", 3, 5, "unexpected '&&'; write 'and'")]
    [InlineData("2x", 1, 3, "unexpected letters after a number")]
    [InlineData("3000000000", 1, 11, "an int has 32 bits")]
    [InlineData("1e999", 1, 6, "number too large")]
    [InlineData("x |> 3", 6, 7, "unexpected number '3'; expected the name of a layer or function")]
    [InlineData("if a then b", 12, 12, "unexpected end of the file; expected an operator or 'else'")]
    [InlineData("sum[] x", 5, 6, "unexpected ']'; expected a name")]
    [InlineData("f(loss)", 3, 7, "unexpected keyword 'loss'; expected ')' or an expression")]
    [InlineData("a + _", 5, 6, "unexpected '_'; expected an expression")]
    [InlineData("a $ b", 3, 4, "unexpected character '$' (U+0024)")]
    [InlineData("1 /* no end", 3, 5, "comment without an end")]
    [InlineData("f \n(x)", 4, 5, "the '(' of a call stands on the same line")]
    [InlineData("x \n[1]", 4, 5, "the '[' of an index stands on the same line")]
    public void Names_the_unexpected_token(string text, int start, int end, string message)
    {
        const string Front = "const c = ";
        var error = Assert.Single(Shown.Parse(Front + text).Diagnostics);
        Assert.Equal("SSM0001", error.Code.Id);
        Assert.Contains(message, error.Message);
        Assert.Equal((start, end), (error.Span.Start - Front.Length + 1, error.Span.End - Front.Length + 1));
    }
}
