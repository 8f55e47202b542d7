using SsmDsl.Compilation;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>What is computed when parameters change, and not in every run.</summary>
public class PreparationTests
{
    private const string Decays = """
        namespace Tests

        model Decays[N: 6, Depth: 3](x: real[T, N], scale: real) -> (y: real[T, N], rates: real[Depth, N]) {
            param gain: real[N] = uniform(0.5, 2)
            z[t, n] = exp(gain[n])^2 * x[t, n]
            repeat Depth as blocks {
                param log_rate: real[N] = uniform(-1, 1)
                param mix: real[N, N] = normal(0, 1)
                rate[n] = exp(-exp(log_rate[n]))
                noise[n] = if training then 0.5 else 1
                a[n] = exp(log_rate[n]) * noise[n] + scale
                m[n, k] = sigmoid(mix[k, n]) / N
                h[t, n] = rate[n] * h[t-1, n] + sum[k] m[n, k] * z[t, k] + a[n]
                z = tanh(h)
            }
            y = z
            param out: real[Depth, N] = uniform(0, 1)
            rates[c, n] = exp(out[c, n])
            loss = mean[t, n] y[t, n]^2
        }
        """;

    [Fact]
    public void Values_of_parameters_alone_are_prepared_for_all_copies_at_once()
    {
        LoweredProgram program = Lowered(g => g.Forward);
        Assert.NotEmpty(program.Preparing);
        Storage[] prepared = [.. program.Storages.Where(s => s.IsPrepared)];
        Assert.Contains(prepared, s => s.Tensor.Name == "m" && s.Elements.Equals((Dim)108));

        // These depend on more: an input, whether it is a training run.
        Assert.DoesNotContain(prepared, s => s.Tensor.Name is "a" or "noise" or "z" or "h" or "rates");
    }

    [Fact]
    public void No_step_of_a_run_computes_an_exponential_of_parameters_again()
    {
        LoweredProgram program = Lowered(g => g.Forward);
        HashSet<Tensor> parameters = [.. program.Graph.Inputs.Where(p => p.Kind == PortKind.Parameter && p.Name.EndsWith("mix", StringComparison.Ordinal)).Select(p => p.Tensor)];
        Assert.Single(parameters);
        Assert.DoesNotContain(program.Steps.SelectMany(Kernels).SelectMany(k => k.Tensors), t => parameters.Contains(t.Tensor));
    }

    [Fact]
    public void Programs_with_gradients_prepare_nothing()
    {
        Assert.Empty(Lowered(g => g.Backward!).Preparing);
        Assert.Empty(Lowered(g => g.VectorJacobian).Preparing);
        Assert.Empty(Lowered(g => g.Initialise).Preparing);
        Assert.NotEmpty(Lowered(g => g.Evaluate!).Preparing);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prepared_programs_agree_with_the_interpreter(bool training)
    {
        ModelGraph graph = Graph();
        FusedGroupTests.AgreesWithInterpreter(ComplexExpansion.Run(graph.Forward), 9, training: training);
        FusedGroupTests.AgreesWithInterpreter(ComplexExpansion.Run(graph.Evaluate!), 9, training: training);
    }

    private static ModelGraph Graph() => Pipeline.Default.Expand(Pipeline.Default.Check([new SourceFile("Decays.ssm", Decays)]).Models.Single());

    private static LoweredProgram Lowered(Func<ModelGraph, GraphProgram> program) => ProgramLowering.Lower(ComplexExpansion.Run(program(Graph())), LoweringTarget.Cpu);

    private static IEnumerable<Kernel> Kernels(ProgramStep step) => step switch
    {
        KernelStep kernel => [kernel.Kernel],
        SequencesStep sequences => sequences.Body.SelectMany(Kernels),
        CopiesStep copies => copies.Body.SelectMany(Kernels),
        _ => [],
    };
}
