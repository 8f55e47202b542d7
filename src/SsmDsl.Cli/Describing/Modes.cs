using SsmDsl.Analysis;
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

    private ModeDescription Of(string mode, GraphProgram program, ProgramKind kind, Func<DimSymbol, long> sizes)
    {
        ProgramCost cost = ProgramCost.Of(program, sizes);
        nint[] dims = [.. new[] { DimSymbol.Batch }.Concat(graph.Signature.Dynamic).Select(d => checked((nint)sizes(d)))];
        (nint scratch, nint stored) = engine.ScratchBytes(kind, dims);
        double Ports(params PortKind[] kinds) =>
            program.Inputs.Concat(program.Outputs).Where(p => kinds.Contains(p.Kind)).Sum(p => Sizes.Bytes(p.Tensor, real, sizes));
        double parameters = Ports(PortKind.Parameter), gradients = Ports(PortKind.ParameterGradient);
        double values = Ports(PortKind.Input, PortKind.Target, PortKind.InitialState, PortKind.Output, PortKind.FinalState, PortKind.InputGradient, PortKind.InitialStateGradient);
        var memory = new MemoryDescription(parameters, gradients, mode == "backward" ? 2 * parameters : 0, values, scratch);
        return new ModeDescription(mode, cost.Flops, cost.Functions, parameters + gradients + values + 2.0 * stored, memory);
    }
}
