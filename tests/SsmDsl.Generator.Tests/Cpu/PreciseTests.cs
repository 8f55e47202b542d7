using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>Precise mode against the interpreter, far below the tolerance of the fast functions.</summary>
public class PreciseTests
{
    // Each output is one function of its arguments: nothing else is rounded.
    private const string Source = """
        model Functions(x: real[T], n: int[T]) -> (a: real[T], b: real[T], c: real[T], d: real[T], e: real[T], f: real[T], g: real[T], h: real[T], i: real[T], j: real[T], k: real[T], l: real[T]) {
            a = exp(x)
            b = log(abs(x))
            c = log1p(abs(x))
            d = expm1(x)
            e = sin(x)
            f = cos(x)
            g = tanh(x)
            h = sigmoid(x)
            i = softplus(x)
            j = erf(x)
            k = abs(x) ^ x
            l = x ^ n
        }
        """;

    private const int Length = 203;

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void Float32_functions_are_those_of_float64_rounded(int width)
    {
        // Half a unit in the last place is 6e-8 of a value just above a power of 2.
        Assert.InRange(WorstError(RealType.Float32, precise: true, width), 0, 5.97e-8);
        Assert.InRange(WorstError(RealType.Float32, precise: false, width), 1.5e-7, 3e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    public void Float64_functions_come_from_the_system(int width) =>
        Assert.InRange(WorstError(RealType.Float64, precise: true, width), 0, 1e-15);

    [Fact]
    public void Initial_values_are_the_same_in_either_mode()
    {
        const string model = "model M(x: real[T, 4]) -> y: real[T, 4] {\n    y = x |> Mamba[4]\n}\n";
        string[] texts = [.. new[] { false, true }.Select(precise =>
            Assert.Single(SsmCompiler.Compile([new SourceFile("M.ssm", model)], CompilerOptions.Default with { Precise = precise }).Files).Text)];
        Assert.DoesNotContain("Precise", texts[0], StringComparison.Ordinal);
        Assert.Contains("PreciseLanes.Exp(", texts[1], StringComparison.Ordinal);
        Assert.Equal(Kernels(texts[0]), Kernels(texts[1].Replace("Precise", "", StringComparison.Ordinal)));
        Assert.Contains(" Reals.Log(", texts[1], StringComparison.Ordinal);
    }

    private static string[] Kernels(string text) => [.. text.Split('\n').Where(l => l.Contains("Lanes.", StringComparison.Ordinal))];

    /// <summary>The greatest relative error of any output.</summary>
    private static double WorstError(RealType real, bool precise, int width)
    {
        GraphProgram program = Pipeline.Default.Expand(Pipeline.Default.Check([new SourceFile("Functions.ssm", Source)]).Models.Single()).Compiled.Forward;
        var random = new Random(11);
        float[] x = [.. Enumerable.Range(0, Length).Select(_ => (random.NextSingle() - 0.5f) * 8)];
        var input = new InterpreterInput
        {
            Sizes = program.Dynamic.ToDictionary(d => d, d => d.Equals(DimSymbol.Batch) ? 1L : Length),
            Read = port => [.. x.Select((v, i) => port.Tensor.Element == ElementType.Int ? i % 7 - 3 : (double)v)],
        };
        IReadOnlyDictionary<Port, double[]> expected = Interpreter.Run(program, input);
        IReadOnlyDictionary<Port, double[]> actual = CompiledProgram.Of(program, real, new CpuOptions { Widths = width == 0 ? [] : [width] }, precise).Run(input);
        return expected.Max(e => e.Value.Zip(actual[e.Key], (a, b) => Math.Abs(a - b) / Math.Abs(a)).Max());
    }
}
