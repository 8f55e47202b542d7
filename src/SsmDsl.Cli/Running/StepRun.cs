using SsmDsl.Cli.Kernels;
using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Running;

/// <summary><c>--chunk 1</c>: a stream, one position at a time.</summary>
internal sealed unsafe class StepRun : IDisposable
{
    private readonly ModelSignature signature;
    private readonly Storage real;
    private readonly ModelEngine engine;
    private readonly StreamCore stream;

    public StepRun(ModelEngine engine, RunTensors tensors, RunRequest request)
    {
        (this.engine, signature, real) = (engine, tensors.Signature, request.Real);
        HostTensor? any = signature.Inputs.Select(i => tensors.Inputs[i.Name]).FirstOrDefault();
        stream = engine.OpenStream(any is null ? 1 : checked((int)any.Shape[0]), request.Seed);
        for (int i = 0; i < signature.Inputs.Length; i++)
        {
            if (stream.IsStepped(i)) continue;
            using DeviceTensor tensor = Given(i, tensors);
            stream.Fix(i, tensor.Data, tensor.Count);
        }
    }

    /// <param name="tensors">Those of one position.</param>
    public Dictionary<string, HostTensor> Step(RunTensors tensors)
    {
        using var memory = new TensorPool();
        stream.Begin();
        for (int i = 0; i < signature.Inputs.Length; i++)
        {
            if (!stream.IsStepped(i)) continue;
            DeviceTensor tensor = memory.Add(Given(i, tensors));
            stream.Input(i, tensor.Data, tensor.Count);
        }

        var outputs = new DeviceTensor[signature.Outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            nint[] shape = [.. SizeSolver.Shape(signature.Outputs[i], tensors.Sizes).Select(n => (nint)n)];
            outputs[i] = memory.Add(DeviceTensor.New(ElementOf(signature.Outputs[i]), shape));
            stream.Output(i, outputs[i].Data, outputs[i].Count);
        }

        stream.Run();
        return signature.Outputs.Zip(outputs).ToDictionary(o => o.First.Name, o => o.Second.ToHost(HostTensor.StorageOf(o.First.Type.Element, real)));
    }

    public void Dispose() => stream.Dispose();

    private DeviceTensor Given(int input, RunTensors tensors) =>
        DeviceTensor.Of(tensors.Inputs[signature.Inputs[input].Name], ElementOf(signature.Inputs[input]));

    private ElementKind ElementOf(ValueSignature value) => Elements.Of(Definitions.KindOf(value.Type.Element), engine.Definition.Real);
}
