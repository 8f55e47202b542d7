using SsmDsl.Compilation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Autodiff;

/// <summary>Adjoints read a state instead of evaluating its function again. That values stay the same, all tests of gradients show.</summary>
public class StoredStatesTests
{
    [Theory]
    [InlineData("h[t, d] = tanh(w[d]*h[t-1, d] + x[t, d])")]
    [InlineData("s[t, d] = sum[e: 4] W[d, e]*h[t-1, e]\n h[t, d] = tanh(s[t, d] + x[t, d])")]
    [InlineData("h[t, d] = tanh(w[d]*h[t-1, d] + 0.5*h[t-2, d] + x[t, d])")]
    public void The_function_of_a_state_is_evaluated_once(string equations) => Assert.Equal(1, Functions(equations));

    [Theory]
    [InlineData("h[t, d] = 0.5*h[t-1, d] + tanh(w[d]*x[t, d])")]
    [InlineData("h[t, d] = 0.5*h[t-1, d] + x[t, d]\n k[t, d] = tanh(w[d]*h[t, d])")]
    public void Others_stay(string equations) => Assert.True(Functions(equations) > 1);

    private static int Functions(string equations)
    {
        string source = $"model M(x: real[T, 4]) -> y: real[T, 4] {{\n param w: real[4] = 0.5\n param W: real[4, 4] = 0.1\n {equations}\n y[t, d] = {(equations.Contains("k[t", StringComparison.Ordinal) ? "k" : "h")}[t, d]\n }}";
        CheckedProgram program = Pipeline.Default.Check([new SourceFile("m.ssm", source)]);
        GraphProgram gradients = Pipeline.Default.Expand(program.Models.Single()).VectorJacobian;
        return gradients.Body.Equations().SelectMany(e => e.Scalars()).SelectMany(s => s.All()).OfType<ApplyScalar>().Count(a => a.Op is ScalarOp.Tanh or ScalarOp.Sigmoid);
    }
}
