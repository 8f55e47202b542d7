using SsmDsl.Cli.Kernels;
using SsmDsl.Cli.Tensors;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary>Compiled kernels, run by the runtime as a generated class would.</summary>
internal sealed unsafe class CompiledRun : IDisposable
{
    private readonly ModelSignature signature;
    private readonly Storage real;
    private readonly Device device;
    private readonly ModelEngine engine;

    private CompiledRun(
        ModelGraph graph, Storage real, Func<ModelGraph, IEnumerable<GraphProgram?>> programs, KernelTarget target, bool precise, CancellationToken cancellation)
    {
        signature = graph.Signature;
        this.real = real;
        RealType type = real == Storage.F64 ? RealType.Float64 : RealType.Float32;
        ModelDefinition definition = CompiledPrograms.Of(graph, type, programs, target, precise, AssemblyCache.OfUser(), cancellation);
        device = target.Open();
        engine = new ModelEngine(definition, device);
    }

    public static Dictionary<string, HostTensor> Run(ModelGraph graph, RunTensors tensors, RunRequest request, CancellationToken cancellation)
    {
        using var run = new CompiledRun(graph, request.Real, g => request.Gradients ? [g.Compiled.Backward] : [g.Compiled.Forward, g.Compiled.LongForward], request.Target!, request.Precise, cancellation);
        foreach (ParameterSignature parameter in graph.Signature.Parameters)
        {
            foreach ((string name, HostTensor copy) in ParameterFiles.Split(parameter, tensors.Parameters[parameter.Name].Values, request.Real))
            {
                run.engine.Parameters[name].CopyFrom(copy.Values);
            }
        }

        return request switch
        {
            { Gradients: true } => run.WithGradients(tensors, request),
            { Chunk: { } chunk } => run.Chunked(tensors, request, chunk, cancellation),
            _ => run.Forward(tensors.Inputs, request, null).Outputs,
        };
    }

    /// <summary>Parameter values from the initialisers, as a generated class' <c>Create</c> gives them.</summary>
    public static Dictionary<string, HostTensor> Initialise(ModelGraph graph, ulong seed, Storage real, CancellationToken cancellation)
    {
        using var run = new CompiledRun(graph, Storage.F64, g => [g.Initialise], KernelTarget.Cpu, precise: false, cancellation);
        run.engine.Initialise(seed);
        return run.engine.Parameters.ToDictionary(p => p.Name, p => ParameterFiles.Read(p) with { Storage = real });
    }

    public void Dispose()
    {
        engine.Dispose();
        device.Dispose();
    }

    private Dictionary<string, HostTensor> WithGradients(RunTensors tensors, RunRequest request)
    {
        using ModelCall call = engine.Open(ProgramKind.Backward);
        using Gradients gradients = engine.NewGradients();
        using var memory = new TensorPool();
        Give(call, memory, tensors.Inputs);
        foreach ((ValueSignature target, int i) in signature.Targets.Select((t, i) => (t, i)))
        {
            DeviceTensor tensor = memory.Add(DeviceTensor.Of(tensors.Inputs[target.Name], ElementOf(target)));
            call.Target(i, tensor.Data, tensor.Shape, tensor.Strides);
        }

        call.Training(request.Training, request.Seed, request.Step);
        call.Gradients(gradients);
        call.Bind();
        DeviceTensor[] outputs = Take(call, memory, SlotGroup.Output, signature.Outputs);
        DeviceTensor[] byInput = Take(call, memory, SlotGroup.InputGradient, signature.Inputs, IsDifferentiated);
        call.Run();
        if (call.NonFinite is { } origin)
        {
            throw new RunException($"the loss is {call.Loss}; the first tensor that is not finite is '{origin.Tensor}', which holds {origin.Value}");
        }

        Dictionary<string, HostTensor> results = Results(signature.Outputs, outputs);
        results["loss"] = new HostTensor([], [call.Loss], real);
        for (int i = 0; i < signature.Metrics.Length; i++) results["metric." + signature.Metrics[i]] = new HostTensor([], [call.Metric(i)], real);
        foreach (Parameter parameter in engine.Parameters)
        {
            var values = new double[parameter.Count];
            gradients.CopyTo(parameter, values);
            results["grad." + parameter.Name] = new HostTensor([.. parameter.Shape], values, real);
        }

        foreach ((string name, HostTensor gradient) in Results([.. signature.Inputs.Where(IsDifferentiated)], byInput)) results["grad." + name] = gradient;
        return results;
    }

    private (Dictionary<string, HostTensor> Outputs, StateData State) Forward(
        IReadOnlyDictionary<string, HostTensor> inputs, RunRequest request, StateData? initial)
    {
        using ModelCall call = engine.Open(ProgramKind.Forward);
        using var memory = new TensorPool();
        Give(call, memory, inputs);
        call.Initial(initial);
        call.Training(request.Training, request.Seed, request.Step);
        call.Bind();
        DeviceTensor[] outputs = Take(call, memory, SlotGroup.Output, signature.Outputs);
        StateData state = call.NewState(SlotGroup.FinalState);
        call.Run();
        return (Results(signature.Outputs, outputs), state);
    }

    private Dictionary<string, HostTensor> Chunked(RunTensors tensors, RunRequest request, long chunk, CancellationToken cancellation)
    {
        var chunks = new Chunks(tensors, real);
        if (chunk == 1 && chunks.Length > 0 && !request.Training)
        {
            using var stream = new StepRun(engine, tensors, request);
            return chunks.Run(1, (part, _) =>
            {
                cancellation.ThrowIfCancellationRequested();
                return stream.Step(part);
            });
        }

        StateData? state = null;
        return chunks.Run(chunk, (part, _) =>
        {
            cancellation.ThrowIfCancellationRequested();
            (Dictionary<string, HostTensor> outputs, state) = Forward(part.Inputs, request, state);
            return outputs;
        });
    }

    private void Give(ModelCall call, TensorPool memory, IReadOnlyDictionary<string, HostTensor> inputs)
    {
        for (int i = 0; i < signature.Inputs.Length; i++)
        {
            DeviceTensor tensor = memory.Add(DeviceTensor.Of(inputs[signature.Inputs[i].Name], ElementOf(signature.Inputs[i])));
            call.Input(i, tensor.Data, tensor.Shape, tensor.Strides);
        }
    }

    private DeviceTensor[] Take(
        ModelCall call, TensorPool memory, SlotGroup group, IReadOnlyList<ValueSignature> values, Func<ValueSignature, bool>? wanted = null)
    {
        var taken = new List<DeviceTensor>();
        for (int i = 0; i < values.Count; i++)
        {
            if (wanted?.Invoke(values[i]) == false) continue;
            DeviceTensor tensor = memory.Add(DeviceTensor.New(ElementOf(values[i]), call.Shape(group, i)));
            call.Into(group, i, tensor.Data, tensor.Count);
            taken.Add(tensor);
        }

        return [.. taken];
    }

    private Dictionary<string, HostTensor> Results(IReadOnlyList<ValueSignature> values, DeviceTensor[] tensors) =>
        values.Zip(tensors).ToDictionary(v => v.First.Name, v => v.Second.ToHost(HostTensor.StorageOf(v.First.Type.Element, real)));

    private ElementKind ElementOf(ValueSignature value) => Elements.Of(Definitions.KindOf(value.Type.Element), engine.Definition.Real);

    private static bool IsDifferentiated(ValueSignature input) => input.Type.Element is ElementType.Real or ElementType.Complex;
}
