using SsmDsl.Analysis;
using SsmDsl.Compilation;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Analysis;

/// <summary>Operations of equations with B 2, T 5, D 3, N 4, counted by hand.</summary>
public class ProgramCostTests
{
    private const int Batch = 2, T = 5, D = 3, N = 4;

    [Theory]
    [InlineData("y[t, d] = 2 * x[t, d]", Batch * T * D, 0)]
    [InlineData("y[t, d] = x[t, d] / exp(a[d])", Batch * T * D, D)]
    [InlineData("w[n, d] = a[d] * b[n]\n    y[t, d] = sum[n] w[n, d] * x[t, d]", N * D + 2 * Batch * T * D * N, 0)]
    [InlineData("y[t, d] = sum[n] b[n] * a[d] * x[t, d]", N * D + 2 * Batch * T * D * N, 0)]
    [InlineData("y[t, d] = logsumexp[n] (b[n] + x[t, d])", 2 * Batch * T * D * N, Batch * T * D * (N + 1))]
    // A real number times a complex one, of which both parts are used, and one.
    [InlineData("z[t, d] = (a[d] + 1i*x[t, d]) * x[t, d]\n    y[t, d] = re(z[t, d]) + im(z[t, d])", 3 * Batch * T * D, 0)]
    [InlineData("z[t, d] = (a[d] + 1i*x[t, d]) * x[t, d]\n    y[t, d] = im(z[t, d])", Batch * T * D, 0)]
    // The real part of a sum of products of complex numbers.
    [InlineData("z[t, n, d] = x[t, d] + 1i*b[n]\n    y[t, d] = re(sum[n] (b[n] + 1i*a[d]) * z[t, n, d])", 4 * Batch * T * N * D, 0)]
    [InlineData("z[t, d] = exp(a[d] + 1i*x[t, d])\n    y[t, d] = re(z[t, d]) + im(z[t, d])", 3 * Batch * T * D, D + 2 * Batch * T * D)]
    public void A_value_is_counted_once_for_each_place_that_it_depends_on(string equations, double flops, double functions)
    {
        string text = $"model M(x: real[T, {D}]) -> y: real[T, {D}] {{\n    param a: real[{D}] = 1\n    param b: real[{N}] = 1\n    {equations}\n}}";
        CheckedProgram program = Pipeline.Default.Check([new SourceFile("m.ssm", text)]);
        Assert.False(program.Models.Single().HasErrors, string.Join("\n", program.Diagnostics));
        ProgramCost cost = ProgramCost.Of(Pipeline.Default.Expand(program.Models.Single()).Forward, d => d.Equals(DimSymbol.Batch) ? Batch : T);
        Assert.Equal(new ProgramCost(flops, functions), cost);
    }
}
