using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Checking;
using SsmDsl.Text;

namespace SsmDsl.Parser.Tests.Checking;

/// <summary>Sizes that a layer of the library cannot have: one error at the use, which names the layer, the dimension, what was found and what was expected.</summary>
public sealed class LibrarySizesTests
{
    private const string Remainder = ", which is no whole number; sizes divide without a remainder";

    [Theory]
    [InlineData("CausalAttention[3]", "SSM0209", "in CausalAttention, D/H is 10/3 with D = 10 and H = 3" + Remainder)]
    [InlineData("CausalAttention[0]", "SSM0209", "in CausalAttention, D/H divides by 0 with D = 10 and H = 0")]
    [InlineData("Linear[9] |> Glu", "SSM0209", "in Glu, E/2 is 9/2 with E = 9" + Remainder)]
    [InlineData("S4d[N: 7]", "SSM0209", "in S4d, N/2 is 7/2 with N = 7" + Remainder)]
    [InlineData("S4d[N: 7](init: legs)", "SSM0209", "in S4d, N/2 is 7/2 with N = 7" + Remainder)]
    [InlineData("S4[N: 3]", "SSM0209", "in S4, N/2 is 3/2 with N = 3" + Remainder)]
    [InlineData("S5[N: 1]", "SSM0209", "in S5, N/2 is 1/2 with N = 1" + Remainder)]
    [InlineData("StableSsm[N: 9]", "SSM0209", "in StableSsm, N/2 is 9/2 with N = 9" + Remainder)]
    [InlineData("Mamba2[P: 8]", "SSM0209", "in Mamba2, E/P is 5/2 with E = 20 and P = 8" + Remainder)]
    [InlineData("Mamba2[P: 4, G: 2]", "SSM0209", "in Mamba2, E/P/G is 5/2 with E = 20 and G = 2 and P = 4" + Remainder)]
    [InlineData("CausalConv[K: 0]", "SSM0201", "in CausalConv, the dimension K is 0; at least 1 is expected")]
    [InlineData("Mamba[K: 0]", "SSM0201", "in Mamba, the dimension K is 0; at least 1 is expected")]
    [InlineData("Mamba2[K: 0, P: 4]", "SSM0201", "in Mamba2, the dimension K is 0; at least 1 is expected")]
    [InlineData("Hawk[K: 0]", "SSM0201", "in Hawk, the dimension K is 0; at least 1 is expected")]
    [InlineData("Hawk[K: 1 - 3]", "SSM0201", "in Hawk, the dimension K is -2; at least 1 is expected")]
    [InlineData("Mamba[N: 0]", "SSM0201", "in Mamba, the dimension N is 0; at least 1 is expected")]
    [InlineData("Lru[0]", "SSM0201", "in Lru, the dimension N is 0; at least 1 is expected")]
    [InlineData("S5[N: 0]", "SSM0201", "in S5, the dimension N is 0; at least 1 is expected")]
    public void Are_reported_once_at_the_use(string use, string code, string message)
    {
        string text = $"model M(x: real[T, 10]) -> y: real[T, 2] {{\n    y = x |> {use} |> Linear[2]\n}}\n";
        CheckedProgram program = Checker.Check([new SourceFile("m.ssm", text)]);
        Diagnostic finding = Assert.Single(program.Diagnostics);
        Assert.Equal(code, finding.Code.Id);
        Assert.StartsWith(message, finding.Message, StringComparison.Ordinal);
        Assert.Equal("m.ssm", finding.Span.File.Path);
        Assert.Equal(2, finding.Span.StartPosition.Line);
        Assert.StartsWith("std/", finding.Related!.Span.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_come_through_the_layers_of_a_project_are_told_too()
    {
        const string text = """
            layer Block[W](x: real[T, D]) -> y: real[T, D] {
                y = x |> Linear[W] |> S4d[N: W] |> Linear[D]
            }
            model M(x: real[T, 10]) -> y: real[T, 10] {
                y = x |> Block[W: 5]
            }
            """;
        Diagnostic finding = Assert.Single(Checker.Check([new SourceFile("m.ssm", text)]).Diagnostics);
        Assert.StartsWith("in S4d, N/2 is 5/2 with N = 5" + Remainder, finding.Message, StringComparison.Ordinal);
    }
}
