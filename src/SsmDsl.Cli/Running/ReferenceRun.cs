using SsmDsl.Cli.Tensors;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary><c>--device reference</c>: graph programs, evaluated as they are written, in double precision.</summary>
internal static class ReferenceRun
{
    public static Dictionary<string, HostTensor> Run(ModelGraph graph, RunTensors tensors, RunRequest request, CancellationToken cancellation)
    {
        try
        {
            return request switch
            {
                { Gradients: true } => WithGradients(graph, tensors, request),
                { Chunk: { } chunk } => Chunked(graph, tensors, request, chunk, cancellation),
                _ => Outputs(tensors, Execute(graph.Forward, tensors, request), request.Real),
            };
        }
        catch (GraphFaultException fault)
        {
            throw new RunException(fault.Message, fault);
        }
    }

    /// <summary>Parameter values from the initialisers.</summary>
    public static Dictionary<string, HostTensor> Initialise(ModelGraph graph, ulong seed, Storage real)
    {
        IReadOnlyDictionary<Port, double[]> values = Interpreter.Run(graph.Initialise, new InterpreterInput
        {
            Sizes = graph.Initialise.Dynamic.Append(DimSymbol.Batch).Distinct().ToDictionary(d => d, _ => 1L),
            Read = port => throw new InvalidOperationException($"an initialiser reads {port.Name}"),
            Seed = seed,
        });
        return graph.Signature.Parameters
            .SelectMany(p => ParameterFiles.Split(p, values.Single(v => v.Key.Name == p.Name).Value, real))
            .ToDictionary();
    }

    private static Dictionary<string, HostTensor> WithGradients(ModelGraph graph, RunTensors tensors, RunRequest request)
    {
        ModelSignature signature = graph.Signature;
        IReadOnlyDictionary<Port, double[]> values = Execute(graph.Backward!, tensors, request);
        Dictionary<string, HostTensor> results = Outputs(tensors, values, request.Real);
        double[] Find(PortKind kind, string? name = null) => values.Single(p => p.Key.Kind == kind && (name is null || p.Key.Name == name)).Value;
        if (Find(PortKind.Loss) is [var loss] && !double.IsFinite(loss)) throw new RunException($"the loss is {loss}");
        results["loss"] = new HostTensor([], Find(PortKind.Loss), request.Real);
        foreach (string metric in signature.Metrics) results["metric." + metric] = new HostTensor([], Find(PortKind.Metric, metric), request.Real);
        foreach (ParameterSignature parameter in signature.Parameters)
        {
            foreach ((string name, HostTensor copy) in ParameterFiles.Split(parameter, Find(PortKind.ParameterGradient, parameter.Name), request.Real)) results["grad." + name] = copy;
        }

        foreach (ValueSignature input in signature.Inputs.Where(i => i.Type.Element is ElementType.Real or ElementType.Complex))
        {
            results["grad." + input.Name] = new HostTensor(SizeSolver.Shape(input, tensors.Sizes), Find(PortKind.InputGradient, input.Name), request.Real);
        }

        return results;
    }

    private static Dictionary<string, HostTensor> Chunked(
        ModelGraph graph, RunTensors tensors, RunRequest request, long chunk, CancellationToken cancellation)
    {
        var state = new Dictionary<string, double[]>();
        return new Chunks(tensors, request.Real).Run(chunk, (part, start) =>
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyDictionary<Port, double[]> values = Execute(graph.Forward, part, request, state, start);
            foreach ((Port port, double[] value) in values.Where(p => p.Key.Kind == PortKind.FinalState)) state[port.Name] = value;
            return Outputs(part, values, request.Real);
        });
    }

    private static IReadOnlyDictionary<Port, double[]> Execute(
        GraphProgram program,
        RunTensors tensors,
        RunRequest request,
        Dictionary<string, double[]>? state = null,
        long offset = 0)
    {
        Dictionary<DimSymbol, long> values = tensors.Sizes.ToDictionary(s => s.Key, s => s.Value.TryGetConstant(out long n) ? n : 0);
        foreach (DimSymbol symbol in program.Dynamic.Where(d => !values.ContainsKey(d))) throw new RunException($"nothing in the input file gives the size {symbol}");
        long Size(Tensor tensor) => tensor.Axes.Aggregate(1L, (size, axis) => size * axis.Extent.Evaluate(s => values[s])) * (tensor.Element == ElementType.Complex ? 2 : 1);
        return Interpreter.Run(program, new InterpreterInput
        {
            Sizes = values,
            Read = port => port.Kind switch
            {
                PortKind.Parameter => tensors.Parameters[port.Name].Values,
                PortKind.InitialState => state is not null && state.TryGetValue(port.Name, out double[]? carried) ? carried : new double[Size(port.Tensor)],
                PortKind.FinalStateSeed => new double[Size(port.Tensor)], // A loss has none.
                _ => tensors.Inputs[port.Name].Values,
            },
            Training = request.Training,
            Start = offset == 0,
            Offset = checked((int)offset),
            Seed = request.Seed,
            Step = request.Step,
        });
    }

    private static Dictionary<string, HostTensor> Outputs(
        RunTensors tensors, IReadOnlyDictionary<Port, double[]> values, Storage real) =>
        tensors.Signature.Outputs.ToDictionary(
            o => o.Name,
            o => new HostTensor(
                SizeSolver.Shape(o, tensors.Sizes),
                values.Single(p => p.Key.Kind == PortKind.Output && p.Key.Name == o.Name).Value,
                HostTensor.StorageOf(o.Type.Element, real)));
}
