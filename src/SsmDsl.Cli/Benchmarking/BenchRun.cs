using SsmDsl.Programs;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>A model with random inputs, ready to be run in any mode again and again.</summary>
internal sealed unsafe class BenchRun : IDisposable
{
    private readonly ModelEngine engine;
    private readonly Gradients gradients;
    private readonly Optimizer optimizer;
    private readonly NativeTensor[] inputs;
    private readonly NativeTensor[] targets;
    private readonly NativeTensor[] seeds;
    private readonly NativeTensor[] outputs;
    private readonly NativeTensor?[] inputGradients;
    private readonly List<NativeTensor> owned = [];
    private readonly nint[] inputsOfStep;
    private readonly nint[] outputsOfStep;
    private readonly Lazy<StreamCore> stream;
    private ulong steps;

    /// <param name="sizes">Of the dynamic dimensions, the batch first.</param>
    public BenchRun(ModelDefinition definition, Device device, nint[] sizes)
    {
        engine = new ModelEngine(definition, device);
        engine.Initialise(1);
        gradients = engine.NewGradients();
        optimizer = new AdamW(engine.Parameters, new AdamWOptions { LearningRate = 1e-6 });
        stream = new(() => engine.OpenStream(checked((int)sizes[0])));
        RandomTensors random = new(definition);
        NativeTensor New(TensorInfo info) => this.New(info, sizes);
        inputs = [.. definition.Inputs.Select(i => random.Fill(New(i), i))];
        targets = [.. definition.Targets.Select(i => random.Fill(New(i), i))];
        outputs = [.. definition.Outputs.Select(New)];
        seeds = [.. definition.Outputs.Select(o => random.Fill(New(o), o))];
        inputGradients = [.. definition.Inputs.Select(i => i.Kind is ValueKind.Real or ValueKind.Complex ? New(i) : null)];
        nint[] step = [.. sizes.Select((n, i) => i == definition.StreamDimension ? 1 : n)];
        inputsOfStep = [.. definition.Inputs.Select(i => Count(i, step))];
        outputsOfStep = [.. definition.Outputs.Select(o => Count(o, step))];
    }

    /// <summary>One run.</summary>
    public Action Of(BenchMode mode) => mode switch
    {
        BenchMode.Forward => () => Run(ProgramKind.Forward),
        BenchMode.Backward => () => Run(engine.Definition.HasLoss ? ProgramKind.Backward : ProgramKind.VectorJacobian),
        BenchMode.Train => () =>
        {
            Run(ProgramKind.Backward);
            optimizer.Step(gradients);
        }
        ,
        _ => Step,
    };

    public void Dispose()
    {
        if (stream.IsValueCreated) stream.Value.Dispose();
        optimizer.Dispose();
        gradients.Dispose();
        engine.Dispose();
        foreach (NativeTensor tensor in owned) tensor.Dispose();
    }

    private void Run(ProgramKind kind)
    {
        using ModelCall call = engine.Open(kind);
        for (int i = 0; i < inputs.Length; i++) call.Input(i, inputs[i].Data, inputs[i].Shape, inputs[i].Strides);
        for (int i = 0; kind == ProgramKind.Backward && i < targets.Length; i++) call.Target(i, targets[i].Data, targets[i].Shape, targets[i].Strides);
        for (int i = 0; kind == ProgramKind.VectorJacobian && i < seeds.Length; i++) call.OutputSeed(i, seeds[i].Data, seeds[i].Shape, seeds[i].Strides);
        if (kind == ProgramKind.Backward) call.Training(1, steps++);
        if (kind != ProgramKind.Forward) call.Gradients(gradients);
        call.Bind();
        for (int i = 0; i < outputs.Length; i++) call.Into(SlotGroup.Output, i, outputs[i].Data, outputs[i].Count);
        for (int i = 0; kind != ProgramKind.Forward && i < inputGradients.Length; i++)
        {
            if (inputGradients[i] is { } tensor) call.Into(SlotGroup.InputGradient, i, tensor.Data, tensor.Count);
        }

        call.Run();
    }

    /// <summary>The stream reads the first position of each input again and again.</summary>
    private void Step()
    {
        StreamCore core = stream.Value;
        core.Begin();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (core.IsStepped(i)) core.Input(i, inputs[i].Data, inputsOfStep[i]);
            else if (core.Position == 0) core.Fix(i, inputs[i].Data, inputs[i].Count);
        }

        for (int i = 0; i < outputs.Length; i++) core.Output(i, outputs[i].Data, outputsOfStep[i]);
        core.Run();
    }

    private static nint Count(TensorInfo info, nint[] sizes) => Shape(info, sizes).Aggregate((nint)1, (product, size) => product * size);

    private NativeTensor New(TensorInfo info, nint[] sizes)
    {
        var tensor = new NativeTensor(info.Name, Elements.Of(info.Kind, engine.Definition.Real), Shape(info, sizes));
        owned.Add(tensor);
        return tensor;
    }

    private static nint[] Shape(TensorInfo info, nint[] sizes)
    {
        IEnumerable<nint> axes = info.Axes.Select(a => a.Formula?.Invoke(sizes) ?? (a.Dimension >= 0 ? a.Factor * sizes[a.Dimension] + a.Offset : a.Offset));
        return [.. info.HasBatch ? [sizes[0]] : Array.Empty<nint>(), .. axes, .. info.Kind == ValueKind.Complex ? [2] : Array.Empty<nint>()];
    }
}
