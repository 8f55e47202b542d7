using SsmDsl.Analysis;
using SsmDsl.Cli.Benchmarking;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Describing;

/// <summary>What the ways to run a model cost.</summary>
/// <param name="sizes">Values of the dynamic dimensions.</param>
internal sealed class Modes(ModelGraph graph, ModelEngine engine, Func<DimSymbol, long> sizes)
{
    private readonly int real = Elements.Size(engine.Definition.Real);

    public IEnumerable<ModeDescription> All()
    {
        yield return Of("forward", graph.Forward, ProgramKind.Forward, sizes);
        if (graph.Backward is { } backward) yield return Of("backward", backward, ProgramKind.Backward, sizes);
        if (graph.Signature.StreamDimension is { } time) yield return Of("step", graph.Forward, ProgramKind.Forward, s => s.Equals(time) ? 1 : sizes(s));
    }

    /// <summary>What a measured mode costs; without a loss, backward is the product with a seed.</summary>
    public ModeDescription Of(BenchMode mode)
    {
        ModeDescription Backward(string name) => graph.Backward is { } backward
            ? Of(name, backward, ProgramKind.Backward, sizes)
            : Of(name, graph.VectorJacobian, ProgramKind.VectorJacobian, sizes);
        return mode switch
        {
            BenchMode.Forward => Of("forward", graph.Forward, ProgramKind.Forward, sizes),
            BenchMode.Backward => Backward("backward"),
            BenchMode.Step => Of("step", graph.Forward, ProgramKind.Forward, s => s.Equals(graph.Signature.StreamDimension) ? 1 : sizes(s)),
            _ => Trained(Backward("train")),
        };
    }

    /// <summary>With AdamW: it reads parameter, gradient and both means, and writes all but the gradient.</summary>
    private ModeDescription Trained(ModeDescription backward)
    {
        double parameters = graph.Signature.Parameters.Sum(Sizes.Of);
        return backward with { Flops = backward.Flops + 12 * parameters, Functions = backward.Functions + parameters, Bytes = backward.Bytes + 7 * real * parameters };
    }

    private ModeDescription Of(string mode, GraphProgram program, ProgramKind kind, Func<DimSymbol, long> sizes)
    {
        ProgramCost cost = ProgramCost.Of(program, sizes);
        nint[] dims = [.. new[] { DimSymbol.Batch }.Concat(graph.Signature.Dynamic).Select(d => checked((nint)sizes(d)))];
        (nint scratch, nint stored, nint prepared) = engine.ScratchBytes(kind, dims);
        double Ports(params PortKind[] kinds) =>
            program.Inputs.Concat(program.Outputs).Where(p => kinds.Contains(p.Kind)).Sum(p => Sizes.Bytes(p.Tensor, real, sizes));
        double parameters = Ports(PortKind.Parameter), gradients = Ports(PortKind.ParameterGradient);
        double values = Ports(PortKind.Input, PortKind.Target, PortKind.InitialState, PortKind.Output, PortKind.FinalState, PortKind.InputGradient, PortKind.InitialStateGradient);
        var memory = new MemoryDescription(parameters, gradients, mode == "backward" ? 2 * parameters : 0, values, scratch + prepared);
        return new ModeDescription(mode, cost.Flops, cost.Functions, parameters + gradients + values + 2.0 * stored + prepared, memory);
    }
}
