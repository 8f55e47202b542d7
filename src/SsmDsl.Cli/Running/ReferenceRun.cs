using System.Collections.Immutable;
using SsmDsl.Cli.Tensors;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary><c>--device reference</c>: graph programs, evaluated as they are written, in double precision.</summary>
internal static class ReferenceRun
{
    public static Dictionary<string, HostTensor> Run(ModelGraph graph, RunTensors tensors, RunRequest request)
    {
        try
        {
            return request switch
            {
                { Gradients: true } => WithGradients(graph, tensors, request),
                { Chunk: { } chunk } => Chunked(graph, tensors, request, chunk),
                _ => Outputs(graph.Signature, tensors.Sizes, Execute(graph.Forward, tensors, request, tensors.Sizes), request.Real),
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
        var input = new InterpreterInput
        {
            Sizes = new Dictionary<DimSymbol, long> { [DimSymbol.Batch] = 1 },
            Read = port => throw new InvalidOperationException($"the initialisation reads {port.Name}"),
            Seed = seed,
        };
        Dictionary<string, double[]> values = Interpreter.Run(graph.Initialise, input).ToDictionary(p => p.Key.Name, p => p.Value);
        return graph.Signature.Parameters.SelectMany(p => ParameterFiles.Split(p, values[p.Name], real)).ToDictionary();
    }

    private static Dictionary<string, HostTensor> WithGradients(ModelGraph graph, RunTensors tensors, RunRequest request)
    {
        ModelSignature signature = graph.Signature;
        IReadOnlyDictionary<Port, double[]> values = Execute(graph.Backward!, tensors, request, tensors.Sizes);
        Dictionary<string, HostTensor> results = Outputs(signature, tensors.Sizes, values, request.Real);
        double[] Find(PortKind kind, string? name = null) => values.Single(p => p.Key.Kind == kind && (name is null || p.Key.Name == name)).Value;
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

    private static Dictionary<string, HostTensor> Chunked(ModelGraph graph, RunTensors tensors, RunRequest request, long chunk)
    {
        ModelSignature signature = graph.Signature;
        DimSymbol time = signature.StreamDimension!;
        long length = tensors.Sizes[time].TryGetConstant(out long n) ? n : 0;
        var state = new Dictionary<string, double[]>();
        var joined = new ChunkJoin(signature, tensors.Sizes, request.Real);
        long start = 0;
        do
        {
            long size = Math.Min(chunk, length - start);
            ImmutableDictionary<DimSymbol, Dim> sizes = tensors.Sizes.SetItem(time, size);
            RunTensors part = tensors with { Inputs = signature.Inputs.ToDictionary(i => i.Name, i => TimeAxis.Slice(i, time, tensors.Inputs[i.Name], start, size)) };
            IReadOnlyDictionary<Port, double[]> values = Execute(graph.Forward, part, request, sizes, state, start);
            foreach ((Port port, double[] value) in values.Where(p => p.Key.Kind == PortKind.FinalState)) state[port.Name] = value;
            joined.Add(Outputs(signature, sizes, values, request.Real), start);
            start += size;
        }
        while (start < length);
        return joined.Results;
    }

    private static IReadOnlyDictionary<Port, double[]> Execute(
        GraphProgram program,
        RunTensors tensors,
        RunRequest request,
        ImmutableDictionary<DimSymbol, Dim> sizes,
        Dictionary<string, double[]>? state = null,
        long offset = 0)
    {
        Dictionary<DimSymbol, long> values = sizes.ToDictionary(s => s.Key, s => s.Value.TryGetConstant(out long n) ? n : 0);
        foreach (DimSymbol symbol in program.Dynamic.Where(d => !values.ContainsKey(d))) throw new RunException($"nothing in the input file gives the size {symbol}");
        long Size(Tensor tensor) => tensor.Axes.Aggregate(1L, (size, axis) => size * axis.Extent.Evaluate(s => values[s])) * (tensor.Element == ElementType.Complex ? 2 : 1);
        return Interpreter.Run(program, new InterpreterInput
        {
            Sizes = values,
            Read = port => port.Kind switch
            {
                PortKind.Parameter => tensors.Parameters[port.Name].Values,
                PortKind.InitialState => state is not null && state.TryGetValue(port.Name, out double[]? carried) ? carried : new double[Size(port.Tensor)],
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
        ModelSignature signature, ImmutableDictionary<DimSymbol, Dim> sizes, IReadOnlyDictionary<Port, double[]> values, Storage real) =>
        signature.Outputs.ToDictionary(
            o => o.Name,
            o => new HostTensor(
                SizeSolver.Shape(o, sizes),
                values.Single(p => p.Key.Kind == PortKind.Output && p.Key.Name == o.Name).Value,
                HostTensor.StorageOf(o.Type.Element, real)));
}
