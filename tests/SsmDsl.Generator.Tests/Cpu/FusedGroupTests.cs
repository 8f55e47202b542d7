using SsmDsl.Autodiff;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Generator.Tests.Autodiff;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using static SsmDsl.Generator.Tests.Autodiff.GraphBuilder;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>What lies in memory of a program with a recurrence that is fused with what feeds it and what contracts it.</summary>
public class FusedGroupTests
{
    private const int D = 96, N = 4;

    [Fact]
    public void The_state_of_a_selective_scan_is_not_stored()
    {
        GraphProgram program = SelectiveScan();
        Assert.Empty(StatesInMemory(program));
        AgreesWithInterpreter(program, 37);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(67)]
    public void Nor_is_it_for_its_gradients(int length)
    {
        GraphProgram program = Clean(ReverseMode.Backward(SelectiveScan()));
        Assert.Empty(StatesInMemory(program));
        Assert.Contains(ProgramLowering.Lower(program, LoweringTarget.Cpu).Storages, s => s.Tensor.Name == "h.kept");
        AgreesWithInterpreter(program, length);
    }

    /// <summary>What a copy of a repeat computes lies in memory for one copy, but for what the way back needs.</summary>
    [Fact]
    public void A_stack_of_selective_scans_keeps_no_states_and_shares_memory_between_its_copies()
    {
        const int Channels = 48, States = 13, Depth = 3, Width = 16;
        CheckedModel model = Pipeline.Default.Check([TestFiles.Source("tests/Programs/stack.ssm")]).Models.Single();
        ModelGraph graph = Pipeline.Default.Expand(model);
        foreach (GraphProgram program in new[] { graph.Forward, graph.Backward! })
        {
            (string Name, long Size)[] sizes = [.. ProgramLowering.Lower(ComplexExpansion.Run(program), LoweringTarget.Cpu).Storages
                .Where(s => s.Slot is null && s.Elements.Symbols.Any(d => d.Name == "T") && s.Tensor.Name != "h.kept")
                .Select(s => (s.Tensor.Name, Per(s.Elements)))];
            Assert.All(sizes, s => Assert.True(s.Size < Channels * States, $"{s.Name} has {s.Size} elements for each position"));
            if (program == graph.Forward) Assert.All(sizes, s => Assert.True(s.Size <= Math.Max(2 * Channels, (Depth + 1) * Width), $"{s.Name} has {s.Size} elements for each position"));
        }
    }

    [Fact]
    public void Gradients_of_a_selective_scan_are_accurate_in_single_precision() =>
        AgreesWithInterpreter(Clean(ReverseMode.Backward(SelectiveScan())), 40, RealType.Float32, 2e-5);

    private static IEnumerable<string> StatesInMemory(GraphProgram program) => ProgramLowering.Lower(program, LoweringTarget.Cpu).Storages
        .Where(s => s.Elements is var size && size.Symbols.Contains(new DimSymbol("T")) && Per(size) >= D * N)
        .Select(s => s.Tensor.Name);

    /// <summary>Elements for each step of one sequence.</summary>
    private static long Per(Dim size) => size.Evaluate(s => s == DimSymbol.Batch ? 1 : 1000) / 1000;

    internal static void AgreesWithInterpreter(GraphProgram program, int length, RealType real = RealType.Float64, double tolerance = 1e-11, bool training = false)
    {
        var random = new Random(1);
        var values = new Dictionary<string, double[]>();
        var sizes = new Dictionary<DimSymbol, long> { [DimSymbol.Batch] = 2, [new DimSymbol("T")] = length };
        var input = new InterpreterInput
        {
            Sizes = sizes,
            Start = true,
            Training = training,
            Read = port =>
            {
                long count = port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s]));
                if (!values.TryGetValue(port.Name, out double[]? found))
                    values[port.Name] = found = [.. Enumerable.Range(0, (int)count).Select(_ => (double)(float)(random.NextDouble() - 0.5))];
                return found;
            },
        };
        IReadOnlyDictionary<Port, double[]> expected = Interpreter.Run(program, input);
        CompiledProgram compiled = CompiledProgram.Of(program, real);
        IReadOnlyDictionary<Port, double[]> actual = compiled.Run(input), backwards = compiled.Run(input, new SerialPool(backwards: true));
        foreach (Port port in program.Outputs)
        {
            double scale = expected[port].Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int i = 0; i < expected[port].Length; i++)
            {
                Assert.True(Math.Abs(expected[port][i] - actual[port][i]) <= tolerance * (1 + scale),
                    $"{port.Kind} {port.Name}[{i}] is {actual[port][i]:R} instead of {expected[port][i]:R}\n{compiled.Source}");
            }

            Assert.Equal(actual[port], backwards[port]);
        }
    }

    /// <summary>h[t, d, n] = exp(delta·A) h[t-1] + delta·B·x, y = Σ C h + D x, z = W y.</summary>
    internal static GraphProgram SelectiveScan()
    {
        var graph = new GraphBuilder();
        Tensor delta = graph.Input("delta", B, T, D), x = graph.Input("x", B, T, D), input = graph.Input("B", B, T, N), output = graph.Input("C", B, T, N);
        Tensor logA = graph.Parameter("A_log", D, N), skip = graph.Parameter("D", D), mix = graph.Parameter("W", 3, D);
        IndexVar b = Var("b", B), t = Var("t", T), d = Var("d", D), n = Var("n", N);
        Tensor a = graph.Define("A", [d, n], F(ScalarOp.Negate, F(ScalarOp.Exp, Load(logA, At(d), At(n)))));
        IndexVar[] all = [b, t, d, n];
        Index[] here = [At(b), At(t), At(d), At(n)];
        Scalar step = Load(delta, At(b), At(t), At(d));
        Tensor decay = graph.Define("decay", all, F(ScalarOp.Exp, F(ScalarOp.Multiply, step, Load(a, At(d), At(n)))));
        Tensor drive = graph.Define("drive", all, F(ScalarOp.Multiply, F(ScalarOp.Multiply, step, Load(input, At(b), At(t), At(n))), Load(x, At(b), At(t), At(d))));
        var h = new Tensor("h", ElementType.Real, [new TensorAxis(B), new TensorAxis(T, 1), new TensorAxis(D), new TensorAxis(N)]);
        Scalar past = new LoadScalar(h, [At(b), At(t, -1), At(d), At(n)], [.. here.Select(_ => AxisAccess.InRange)]);
        Equation recurrence = Make(h, all, Scalars.Add(F(ScalarOp.Multiply, Load(decay, here), past), Load(drive, here)));
        graph.Add(new Recurrence(t, false, RecurrenceKind.Sequence, [recurrence]));
        Tensor mixed = graph.Define("mixed", [b, t, d], F(ScalarOp.Multiply, Load(output, At(b), At(t), At(n)), Load(h, here)), Sum(n));
        Scalar direct = F(ScalarOp.Multiply, Load(skip, At(d)), Load(x, At(b), At(t), At(d)));
        Tensor y = graph.Define("y", [b, t, d], Scalars.Add(Load(mixed, At(b), At(t), At(d)), direct));
        IndexVar e = Var("e", 3);
        Tensor z = graph.Define("z", [b, t, e], F(ScalarOp.Multiply, Load(mix, At(e), At(d)), Load(y, At(b), At(t), At(d))), Sum(d));
        return Clean(graph.Loss(z));
    }

    internal static GraphProgram Clean(GraphProgram program) => DeadCode.Run(Coalescing.Run(DeadCode.Run(CopyForwarding.Run(Simplify.Run(program)))));
}
