using SsmDsl.Compilation;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Ilgpu.Tests.Segments;

/// <summary>
/// Recurrences in segments side by side, in kernels for GPUs on the simulator, against the interpreter. More forms of them run on the
/// processor in SsmDsl.Generator.Tests.
/// </summary>
public sealed class SegmentTests
{
    private static readonly LoweringTarget Small = LoweringTarget.Gpu with { Segments = new SegmentRule(Threads: 1 << 20, Shortest: 4, Most: 64, Fewest: 2) };
    private static readonly LoweringTarget Whole = LoweringTarget.Gpu with { Segments = null };

    [Fact]
    public void Complex_states_a_thread_each() => AgreesWithInterpreter(
        "x: real[T, 3]", "param v: real[3] = uniform(0, 1)\n h[t, n: 3] = 0.9*exp(1i*v[n])*h[t-1, n] + x[t, n]\n y[t] = re(sum[n] h[t, n]^2)", [1, 7, 9, 17]);

    /// <summary>Lanes of a warp are channels; the way back computes the states again.</summary>
    [Fact]
    public void A_selective_scan_in_warps() => AgreesWithInterpreter(
        "x: real[T, 16], z: real[T, 16], b: real[T, 2]",
        "param a: real[16, 2] = uniform(0.2, 0.9)\n h[t, d: 16, n: 2] = exp(-softplus(z[t, d])*a[d, n])*h[t-1, d, n] + z[t, d]*b[t, n]\n y[t] = sum[d: 16, n: 2] x[t, d]*h[t, d, n]",
        [9]);

    private static void AgreesWithInterpreter(string inputs, string equations, int[] lengths)
    {
        CheckedModel model = Pipeline.Default.Check([new SourceFile("m.ssm", $"model M({inputs}) -> y: real[T] {{\n {equations}\n loss = mean[t] y[t]^2\n}}")]).Models.Single();
        GraphProgram program = Pipeline.Default.Expand(model).Backward!;
        var segmented = new SimulatedProgram(program, Small);
        using var device = (IlgpuDevice)Device.IlgpuSimulator();
        foreach (int length in lengths)
        {
            InterpreterInput input = Input(program, length);
            IReadOnlyDictionary<Port, double[]> expected = Interpreter.Run(program, input);
            (IReadOnlyDictionary<Port, double[]> actual, long launches) = segmented.Run(input, device);
            foreach (Port port in program.Outputs)
            {
                double scale = expected[port].Select(Math.Abs).DefaultIfEmpty(0).Max();
                double worst = expected[port].Zip(actual[port], (a, b) => Math.Abs(a - b)).Aggregate(0.0, Math.Max);
                Assert.True(worst <= 1e-11 * (1 + scale), $"T = {length}, {port.Kind} {port.Name}: error {worst:E2} of {scale:E2}");
            }

            // The same bits from run to run, and nothing more to launch for one segment.
            if (length == lengths[^1]) Assert.All(segmented.Run(input, device).Values, v => Assert.Equal(actual[v.Key], v.Value));
            if (length == 1) Assert.Equal(new SimulatedProgram(program, Whole).Run(input, device).Launches, launches);
        }
    }

    private static InterpreterInput Input(GraphProgram program, int length)
    {
        var random = new Random(1);
        var sizes = program.Dynamic.ToDictionary(d => d, d => d.Equals(DimSymbol.Batch) ? 1L : length);
        var values = new Dictionary<Port, double[]>();
        return new InterpreterInput
        {
            Sizes = sizes,
            Start = length == 1,
            Read = port =>
            {
                long count = port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s])) * (port.Tensor.Element == ElementType.Complex ? 2 : 1);
                if (!values.TryGetValue(port, out double[]? found)) values[port] = found = [.. Enumerable.Range(0, (int)count).Select(_ => random.NextDouble() - 0.5)];
                return found;
            },
        };
    }
}
