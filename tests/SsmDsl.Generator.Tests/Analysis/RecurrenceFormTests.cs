using SsmDsl.Analysis;
using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Analysis;

/// <summary>What the compiler finds of recurrences, for the library's and for some that are written out.</summary>
public class RecurrenceFormTests
{
    [Theory]
    [InlineData("Lru[6]", true, true, StateMixing.Diagonal, false)]
    [InlineData("S4d[N: 6]", true, true, StateMixing.Diagonal, false)]
    [InlineData("S5[N: 6]", true, true, StateMixing.Diagonal, false)]
    [InlineData("S4[N: 6]", true, true, StateMixing.DiagonalPlusRankOne, false)]
    [InlineData("Mamba[N: 4]", true, false, StateMixing.Diagonal, true)]
    [InlineData("Mamba2[N: 4, P: 2]", true, false, StateMixing.Shared, true)]
    [InlineData("RgLru", true, false, StateMixing.Diagonal, true)]
    [InlineData("MinGru[5]", true, false, StateMixing.Diagonal, true)]
    [InlineData("RealLinearRnn[5]", true, false, StateMixing.Diagonal, false)]
    [InlineData("DiagonalRnn(activation: linear)", true, false, StateMixing.Diagonal, false)]
    [InlineData("DiagonalRnn", false, false, StateMixing.Diagonal, false)]
    [InlineData("Gru[5]", false, false, StateMixing.Dense, false)]
    public void Library_layers_are_known_by_their_equations(string layer, bool linear, bool complex, StateMixing mixing, bool selective) =>
        Check($"model M(x: real[T, 4]) -> y: real[T, 4] {{ y = x |> {layer} |> Linear[4] }}", linear, complex, mixing, selective);

    [Theory]
    [InlineData("param a: real = 0.5\n h[t, n] = a * h[t-1, n] + x[t, n]", true, StateMixing.Shared)]
    [InlineData("param A: real[4, 4] = 0.1\n h[t, n] = sum[m] A[n, m] * h[t-1, m] + x[t, n]", true, StateMixing.Dense)]
    [InlineData("param p: real[4] = 0.1\n param q: real[4] = 0.2\n h[t, n] = sum[m] p[n] * q[m] * h[t-1, m] + 0.5 * h[t-1, n] + x[t, n]", true, StateMixing.DiagonalPlusRankOne)]
    [InlineData("param p: real[4] = 0.1\n param q: real[4] = 0.2\n h[t, n] = p[n]*sum[m] q[m]*h[t-1, m] + q[n]*sum[m] p[m]*h[t-1, m] + x[t, n]", true, StateMixing.DiagonalPlusLowRank)]
    [InlineData("h[t, n] = 0.9*h[t-1, n] - 0.1*v[t-1, n] + x[t, n]\n v[t, n] = 0.1*h[t-1, n] + 0.9*v[t-1, n]", true, StateMixing.Block)]
    [InlineData("h[t, n] = 0.9*h[t-1, n] + 0.1*(if n > 0 then h[t-1, n-1] else 0) + x[t, n]", true, StateMixing.Other)]
    [InlineData("h[t, n] = max(h[t-1, n], x[t, n])", false, StateMixing.Diagonal)]
    [InlineData("h[t, n] = h[t-1, n] * h[t-2, n] + x[t, n]", false, StateMixing.Diagonal)]
    [InlineData("h[t, n] = if h[t-1, n] > 0 then 0.5*h[t-1, n] else x[t, n]", false, StateMixing.Diagonal)]
    [InlineData("z[t, n] = 0.5*h[t-1, n] + x[t, n]\n h[t, n] = 2*z[t, n] - h[t-1, n]", true, StateMixing.Shared)]
    public void Equations_are_taken_apart(string body, bool linear, StateMixing mixing) =>
        Check($"model M(x: real[T, 4]) -> y: real[T, 4] {{\n {body}\n y[t, n] = h[t, n]\n }}", linear, false, mixing, false);

    private static void Check(string source, bool linear, bool complex, StateMixing mixing, bool selective)
    {
        CheckedProgram program = Pipeline.Default.Check([new SourceFile("m.ssm", source)]);
        Assert.Empty(program.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.FullMessage));
        RecurrenceForm form = Assert.Single(RecurrenceForms.Of(Pipeline.Default.Expand(program.Models.Single(m => m.Name == "M")).Forward));
        Assert.Equal((linear, complex, mixing), (form.IsLinear, form.IsComplex, form.Mixing));
        if (linear) Assert.Equal(selective, form.IsSelective);
    }
}
