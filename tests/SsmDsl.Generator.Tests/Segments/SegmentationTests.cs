using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Emit;
using SsmDsl.Generator.Tests.Cpu;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Numerics;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Segments;

/// <summary>
/// Which recurrences run in segments side by side, and that they mean the same as step by step. What GPUs do with sequences runs on
/// the processor here, in the smallest segments; SsmDsl.Ilgpu.Tests has the same on the simulator of GPUs.
/// </summary>
public class SegmentationTests
{
    private static readonly LoweringTarget Target = LoweringTarget.Cpu with { Segments = new SegmentRule(Threads: 1 << 20, Shortest: 2, Most: 64, Fewest: 2) };

    [Theory]
    [InlineData("with a trained start, reversed, and with coefficients beyond 1 and of 0", 3, """
        param s: real[3] = 1
        h[-1, n] = s[n]
        h[t, n: 3] = sigmoid(g[t])*h[t-1, n] + x[t, n]
        r[T, n] = s[n]
        r[t, n: 3] = sigmoid(x[t, n])*r[t+1, n] + x[t, n]
        q[t, n: 3] = 3*x[t, n]*(if t mod 7 == 3 then 0 else 1)*q[t-1, n] + g[t]
        y[t] = (sum[n] h[t, n])^2 + h[T-1, 0] + sum[n] r[t, n]*q[t, n]
        """)]
    [InlineData("complex, and what a product of column and row adds to", 3, """
        param v: real[3] = 1
        param a: real[20, 3] = 0.5
        z[t, n: 3] = 0.9*exp(1i*v[n])*z[t-1, n] + x[t, n] + 1i*g[t]
        h[t, d: 20, n: 3] = exp(-softplus(g[t])*a[d, n])*h[t-1, d, n] + x[t, n]*sin(d*g[t])
        y[t] = re(sum[n] z[t, n]^2) + sum[d: 20, n: 3] x[t, n]*h[t, d, n]*a[d, n]
        """)]
    [InlineData("two that depend on each other, with a value of the step before; stored, and added up to the end", 3, """
        u[t] = tanh(g[t])
        h[t] = 0.5*h[t-1] - c[t-1] + (if t > 0 then u[t-1] else 1)
        c[t] = 0.3*c[t-1] + tanh(g[t])*h[t] + x[t, 0]
        k[t, n: 3] = 0.5*k[t-1, n] + x[t, n]
        m[n: 3] = mean[t] k[t, n]^2
        p[t, n: 3] = k[t, n]^2
        y[t] = h[t]*c[t] + sum[n] (p[t, n]*k[t, n] + k[0, n] + tanh(m[n]))
        """)]
    [InlineData("from copy to copy", 1, """
        r = x
        repeat 2 as layers {
            r = r + (r |> MinGru[3])
        }
        y[t] = sum[n] r[t, n]
        """)]
    public void These_do(string what, int states, string equations)
    {
        ModelGraph graph = Graph(equations);
        int forward = InSegments(graph.Forward).Count;
        Assert.True(forward == states, $"{what}: {forward}");
        GraphProgram program = graph.Backward!;
        Assert.True(InSegments(program).Count >= 2 * states, what);
        CompiledProgram compiled = CompiledProgram.Of(program, RealType.Float64, new CpuOptions { Machine = Lanes.Width, Target = Target });
        foreach (int length in (int[])[0, 1, 3, 4, 5, 13, 33]) Compare(program, compiled, length, 1e-11);
    }

    [Theory]
    [InlineData("not linear", "h[t] = tanh(0.5*h[t-1]) + g[t]\n y[t] = h[t]")]
    [InlineData("a product of states", "h[t] = 0.1*h[t-1]*h[t-1] + g[t]\n y[t] = h[t]")]
    [InlineData("two lags", "h[t] = 0.5*h[t-1] + 0.2*h[t-2] + g[t]\n y[t] = h[t]")]
    [InlineData("mixed by a matrix", "param w: real[3, 3] = 0.1\n h[t, n: 3] = (sum[m] w[n, m]*h[t-1, m]) + x[t, n]\n y[t] = sum[n] h[t, n]")]
    [InlineData("the coefficient depends on the state", "h[t] = sigmoid(h[t-1])*h[t-1] + g[t]\n y[t] = h[t]")]
    public void Others_do_not(string why, string equations) => Assert.True(InSegments(Graph(equations).Forward).Count == 0, why);

    /// <summary>Products of coefficients overflow where states do not: from 0 nothing grows.</summary>
    [Fact]
    public void Nothing_comes_of_a_state_of_0_whatever_it_is_multiplied_by()
    {
        GraphProgram program = Graph("h[t, n: 3] = 1e200*h[t-1, n] + (if t > 29 then x[t, n] else 0)\n y[t] = sum[n] h[t, n]*1e-300").Forward;
        CompiledProgram compiled = CompiledProgram.Of(program, RealType.Float64, new CpuOptions { Machine = Lanes.Width, Target = Target });
        Compare(program, compiled, 31, 1e-13);
    }

    /// <summary>Where a step fills the device, or a sequence is short, the kernels before are given nothing to do, and what is between segments no memory.</summary>
    [Fact]
    public void One_segment_takes_no_memory_and_no_launches()
    {
        LoweredProgram program = Lowered(Graph("h[t, n: 3] = 0.5*h[t-1, n] + x[t, n]\n y[t] = sum[n] h[t, n]").Forward, LoweringTarget.Gpu);
        long Evaluate(Dim size, long batch, long length) => program.Evaluate(size, s => s.Equals(DimSymbol.Batch) ? batch : length);
        Kernel[] extra = [.. program.Kernels.Where(k => k.Tensors.Any(t => t.Tensor.Name == "h.given"))];
        Storage[] between = [.. program.Storages.Where(s => s.Tensor.Name is "h.given" or "h.factor" or "h.carried")];
        Assert.Equal((2, 3), (extra.Length, between.Length));
        foreach ((long batch, long length) in new[] { (1L, 1L), (2, 255), (30_000, 4000) })
        {
            Assert.All(extra, k => Assert.Equal(0, Evaluate(k.Items!.Rows, batch, length)));
            Assert.All(between, s => Assert.Equal(0, Evaluate(s.Elements, batch, length)));
        }

        Assert.Equal([3 * 2 * 15, 3 * 2], extra.Select(k => Evaluate(k.Items!.Rows, 2, 1024)));
        Assert.All(between, s => Assert.Equal(3 * 2 * 15, Evaluate(s.Elements, 2, 1024)));
    }

    private static LoweredProgram Lowered(GraphProgram program, LoweringTarget target) => ProgramLowering.Lower(ComplexExpansion.Run(program), target);

    /// <summary>States that are carried from segment to segment.</summary>
    private static IReadOnlyCollection<Tensor> InSegments(GraphProgram program) =>
        [.. Lowered(program, Target).Storages.Select(s => s.Tensor).Where(t => t.Name.EndsWith(".carried", StringComparison.Ordinal))];

    private static ModelGraph Graph(string equations)
    {
        string text = $"model M(x: real[T, 3], g: real[T]) -> y: real[T] {{\n {equations}\n loss = mean[t] y[t]^2\n}}";
        CheckedProgram program = Pipeline.Default.Check([new SourceFile("m.ssm", text)]);
        Assert.Empty(program.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.FullMessage));
        return Pipeline.Default.Expand(program.Models.Single());
    }

    private static void Compare(GraphProgram program, CompiledProgram compiled, int length, double tolerance)
    {
        var random = new Random(1);
        var sizes = program.Dynamic.ToDictionary(d => d, d => d.Equals(DimSymbol.Batch) ? 2L : length);
        var values = new Dictionary<Port, double[]>();
        var input = new InterpreterInput
        {
            Sizes = sizes,
            Start = length % 2 == 1,
            Training = true,
            Read = port =>
            {
                long count = port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s])) * (port.Tensor.Element == ElementType.Complex ? 2 : 1);
                if (!values.TryGetValue(port, out double[]? found)) values[port] = found = [.. Enumerable.Range(0, (int)count).Select(_ => random.NextDouble() - 0.5)];
                return found;
            },
        };
        IReadOnlyDictionary<Port, double[]> expected = Interpreter.Run(program, input);
        IReadOnlyDictionary<Port, double[]> actual = compiled.Run(input), backwards = compiled.Run(input, new SerialPool(backwards: true));
        foreach (Port port in program.Outputs)
        {
            double scale = expected[port].Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int i = 0; i < expected[port].Length; i++)
            {
                (double wanted, double found) = (expected[port][i], actual[port][i]);
                Assert.True(wanted.Equals(found) || Math.Abs(wanted - found) <= tolerance * (1 + scale), $"T = {length}: {port.Kind} {port.Name}[{i}] is {found:R} instead of {wanted:R}");
            }

            Assert.Equal(actual[port], backwards[port]);
        }
    }
}
