using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Chunking;

/// <summary>Which recurrences run as products of matrices over chunks, and that they mean the same as step by step.</summary>
public class ChunkedProductsTests
{
    private const string Inputs = "x: real[T, 8], k: real[T, 32], q: real[T, 32], g: real[T]";
    private const string Read = "y[t, p] = sum[n] q[t, n]*S[t, p, n]";

    [Theory]
    [InlineData("sigmoid(g[t])")]
    [InlineData("exp(-softplus(g[t]))")]
    [InlineData("tanh(g[t])")]
    [InlineData("-0.5")]
    [InlineData("(if g[t] > 0 then 1 else 0)")]
    public void One_decay_of_at_most_1_for_a_matrix_of_states(string decay) => MeansTheSame(Model(Inputs, Update(decay), Read));

    [Theory]
    [InlineData("y[t, p] = g[t]*sum[n] q[t, n]*S[t, p, n]/2 + x[t, p]")]
    [InlineData("y[t, p] = (sum[n] q[t, n]*S[t, p, n]) + (sum[n] cos(k[t, n])*S[t, p, n])")]
    [InlineData("y[t, p] = (sum[n] -q[t, n]*S[t, p, n]) * S[T-1, p, 0]")]
    public void Read_by_sums_and_after_the_last_step(string read) => MeansTheSame(Model(Inputs, Update("sigmoid(g[t])"), read));

    [Theory]
    [InlineData("0.1*p", "-x[t, p]*k[t, n]/(1 + g[t]^2)")]
    [InlineData("cos(n - p)", "x[t, p]*(if n > 3 then k[t, n] else g[t])")]
    public void With_a_start(string start, string input) =>
        MeansTheSame(Model(Inputs, $"S[-1, p, n] = {start}\n S[t, p: 8, n: 32] = 0.5*S[t-1, p, n] + {input}", Read));

    [Theory]
    [InlineData("a coefficient that nothing bounds", "g[t]*S[t-1, p, n] + x[t, p]*k[t, n]", Read)]
    [InlineData("beyond 1", "1.01*S[t-1, p, n] + x[t, p]*k[t, n]", Read)]
    [InlineData("a decay for each row", "sigmoid(x[t, p])*S[t-1, p, n] + x[t, p]*k[t, n]", "y[t, p] = sum[n] q[t, n]*S[t, p, n] + (sum[n] S[t, p, n])^2")]
    [InlineData("a decay for each column", "sigmoid(k[t, n])*S[t-1, p, n] + x[t, p]*k[t, n]", Read)]
    [InlineData("no product", "0.5*S[t-1, p, n] + (x[t, p] + k[t, n])", Read)]
    [InlineData("two lags", "0.5*S[t-1, p, n] + 0.1*S[t-2, p, n] + x[t, p]*k[t, n]", Read)]
    [InlineData("nonlinear", "0.5*tanh(S[t-1, p, n]) + x[t, p]*k[t, n]", Read)]
    [InlineData("read one by one", "0.5*S[t-1, p, n] + x[t, p]*k[t, n]", "y[t, p] = S[t, p, 3]")]
    [InlineData("read under a condition", "0.5*S[t-1, p, n] + x[t, p]*k[t, n]", "y[t, p] = sum[n: 32 | n > 3] q[t, n]*S[t, p, n]")]
    [InlineData("read at an earlier step", "0.5*S[t-1, p, n] + x[t, p]*k[t, n]", "y[t, p] = sum[n] q[t, n]*S[t-1, p, n]")]
    public void Others_do_not(string why, string update, string read) =>
        Assert.True(Graph(Model(Inputs, $"S[t, p: 8, n: 32] = {update}", read)).Compiled.LongForward is null, why);

    [Fact]
    public void Small_matrices_do_not()
    {
        string model = Model("x: real[T, 8], k: real[T, 16], q: real[T, 16]", "S[t, p: 8, n: 16] = 0.5*S[t-1, p, n] + x[t, p]*k[t, n]", Read);
        Assert.Null(Graph(model).Compiled.LongForward);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(200, true)]
    public void Of_sequences_with_a_fixed_length_long_ones_do(int length, bool inChunks)
    {
        ModelGraph graph = Graph(Model(Inputs, "S[-1, p, n] = 0\n " + Update("sigmoid(g[t])"), Read).Replace("T", $"{length}", StringComparison.Ordinal));
        Assert.Null(graph.Compiled.LongForward);
        Assert.Equal(inChunks, graph.Compiled.Forward != graph.Forward);
        Compare(graph.Forward, graph.Compiled.Forward, length);
    }

    private static string Update(string decay) => $"S[t, p: 8, n: 32] = {decay}*S[t-1, p, n] + x[t, p]*k[t, n]";

    private static string Model(string inputs, string update, string read) => $"model M({inputs}) -> y: real[T, 8] {{\n {update}\n {read}\n }}";

    private static ModelGraph Graph(string source)
    {
        CheckedProgram program = Pipeline.Default.Check([new SourceFile("m.ssm", source)]);
        Assert.Empty(program.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.FullMessage));
        return Pipeline.Default.Expand(program.Models.Single());
    }

    private static void MeansTheSame(string source)
    {
        ModelGraph graph = Graph(source);
        Assert.NotNull(graph.Compiled.LongForward);
        foreach (int length in new[] { 0, 1, 64, 131 })
        {
            Compare(graph.Forward, graph.Compiled.LongForward, length);
            Compare(graph.VectorJacobian, graph.Compiled.VectorJacobian, length);
        }
    }

    private static void Compare(GraphProgram expected, GraphProgram actual, int length)
    {
        Assert.Empty(Verifier.Check(actual));
        var random = new Random(1);
        var values = new Dictionary<(PortKind, string), double[]>();
        var sizes = new Dictionary<DimSymbol, long> { [DimSymbol.Batch] = 2, [new DimSymbol("T")] = length };
        var input = new InterpreterInput
        {
            Sizes = sizes,
            Start = false,
            Read = port => values.TryGetValue((port.Kind, port.Name), out double[]? known) ? known
                : values[(port.Kind, port.Name)] = [.. Enumerable.Range(0, (int)port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s]))).Select(_ => random.NextDouble() - 0.5)],
        };
        Dictionary<(PortKind, string), double[]> right = Interpreter.Run(expected, input).ToDictionary(p => (p.Key.Kind, p.Key.Name), p => p.Value);
        foreach ((Port port, double[] found) in Interpreter.Run(actual, input))
        {
            double[] wanted = right[(port.Kind, port.Name)];
            double scale = wanted.Select(Math.Abs).DefaultIfEmpty(0).Max();
            Assert.Equal(wanted.Length, found.Length);
            for (int i = 0; i < wanted.Length; i++)
                Assert.True(Math.Abs(wanted[i] - found[i]) <= 1e-12 * (1 + scale), $"length {length}: {port.Kind} {port.Name}[{i}] is {found[i]:R} instead of {wanted[i]:R}");
        }
    }
}
