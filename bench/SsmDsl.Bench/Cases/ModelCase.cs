using System.Collections.Immutable;
using SsmDsl.Cli.Benchmarking;
using SsmDsl.Programs;

namespace SsmDsl.Bench.Cases;

/// <summary>A model with memory for all that goes in and out of it, at fixed sizes.</summary>
internal sealed unsafe class ModelCase : IDisposable
{
    /// <summary>Of training.</summary>
    public const double LearningRate = 1e-5, WeightDecay = 0.01;

    private readonly IBenchModel model;
    private readonly ModelEngine engine;
    private readonly nint[] sizes;
    private readonly Lazy<Gradients> gradients;
    private readonly NativeTensor[] inputs;
    private readonly NativeTensor[] targets;
    private readonly NativeTensor[] seeds;
    private readonly NativeTensor[] outputs;
    private readonly NativeTensor?[] inputGradients;
    private readonly Lazy<Optimizer> optimizer;
    private readonly List<NativeTensor> owned = [];
    private StreamCore? stream;
    private ulong steps;

    public ModelCase(Workload workload, Device device, bool withGradients)
    {
        model = workload.Create(device);
        engine = model.Untyped;
        sizes = workload.Sizes;
        ModelDefinition definition = engine.Definition;
        var random = new Random(1);
        inputs = [.. definition.Inputs.Select(i => Filled(i, Shape(i), workload, random))];
        targets = [.. definition.Targets.Select(i => Filled(i, Shape(i), workload, random))];
        outputs = [.. definition.Outputs.Select(o => New(o.Name, o, Shape(o)))];
        seeds = withGradients ? [.. definition.Outputs.Select(o => Filled(o, Shape(o), workload, random))] : [];
        inputGradients = withGradients ? [.. definition.Inputs.Select(i => i.Kind is ValueKind.Real or ValueKind.Complex ? New("grad." + i.Name, i, Shape(i)) : null)] : [];
        gradients = new(engine.NewGradients);
        optimizer = new(() => new AdamW(engine.Parameters, new AdamWOptions { LearningRate = LearningRate, WeightDecay = WeightDecay }));
    }

    /// <summary>The model's device.</summary>
    public Device Device => engine.Device;

    /// <summary>Dynamic sizes, the batch first.</summary>
    public ReadOnlySpan<nint> Sizes => sizes;

    /// <summary>An input.</summary>
    public NativeTensor Input(string name) => inputs.Single(t => t.Name == name);

    /// <summary>A target.</summary>
    public NativeTensor Target(string name) => targets.Single(t => t.Name == name);

    /// <summary>The derivative that is given by an output.</summary>
    public NativeTensor Seed(string name) => seeds.Single(t => t.Name == name);

    /// <summary>A parameter's values, in memory of the case.</summary>
    public NativeTensor Parameter(string name)
    {
        Parameter parameter = engine.Parameters[name];
        NativeTensor copy = New(name, ElementKind.Float32, [.. parameter.Shape]);
        parameter.CopyTo(copy.Values);
        return copy;
    }

    /// <summary>A parameter of the model itself.</summary>
    public Parameter Trained(string name) => engine.Parameters[name];

    /// <summary>How many copies a <c>repeat</c> has, whose parameters are named <c>name.0.…</c> and so on.</summary>
    public int Copies(string name) => engine.Parameters.Where(p => p.Name.StartsWith(name + ".", StringComparison.Ordinal)).Max(p => int.Parse(p.Name.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture)) + 1;

    /// <summary>
    /// What the last run gave: outputs by name, gradients as <c>grad.NAME</c>; after a training step parameters by name instead of outputs.
    /// </summary>
    public IEnumerable<NativeTensor> Results(Phase phase)
    {
        if (phase == Phase.Train) return engine.Parameters.SelectMany(p => new[] { Gradient(p), Parameter(p.Name) });
        if (phase != Phase.ForwardBackward) return outputs;
        return [.. outputs, .. inputGradients.OfType<NativeTensor>(), .. engine.Parameters.Select(Gradient)];
    }

    /// <summary>Runs a phase once.</summary>
    public Action Run(Phase phase) => phase switch
    {
        Phase.Forward => Forward,
        Phase.ForwardBackward => engine.Definition.HasLoss ? () => Loss(train: false) : VectorJacobian,
        Phase.Train => () => Loss(train: true),
        _ => Step,
    };

    public void Dispose()
    {
        stream?.Dispose();
        if (optimizer.IsValueCreated) optimizer.Value.Dispose();
        if (gradients.IsValueCreated) gradients.Value.Dispose();
        model.Dispose();
        foreach (NativeTensor tensor in owned) tensor.Dispose();
    }

    private void Forward()
    {
        using ModelCall call = engine.Open(ProgramKind.Forward);
        Give(call);
        call.Bind();
        Take(call);
        call.Run();
    }

    private void VectorJacobian()
    {
        using ModelCall call = engine.Open(ProgramKind.VectorJacobian);
        Give(call);
        for (int i = 0; i < seeds.Length; i++) call.OutputSeed(i, seeds[i].Data, seeds[i].Shape, seeds[i].Strides);
        call.Gradients(gradients.Value);
        call.Bind();
        Take(call);
        for (int i = 0; i < inputGradients.Length; i++)
        {
            if (inputGradients[i] is { } tensor) call.Into(SlotGroup.InputGradient, i, tensor.Data, tensor.Count);
        }

        call.Run();
    }

    private void Loss(bool train)
    {
        using (ModelCall call = engine.Open(ProgramKind.Backward))
        {
            Give(call);
            for (int i = 0; i < targets.Length; i++) call.Target(i, targets[i].Data, targets[i].Shape, targets[i].Strides);
            call.Training(1, steps++);
            call.Gradients(gradients.Value);
            call.Bind();
            call.Run();
        }

        if (train) optimizer.Value.Step(gradients.Value);
    }

    private void Step()
    {
        stream ??= engine.OpenStream((int)sizes[0]);
        stream.Begin();
        for (int i = 0; i < inputs.Length; i++) stream.Input(i, inputs[i].Data, inputs[i].Count);
        for (int i = 0; i < outputs.Length; i++) stream.Output(i, outputs[i].Data, outputs[i].Count);
        stream.Run();
    }

    private void Give(ModelCall call)
    {
        for (int i = 0; i < inputs.Length; i++) call.Input(i, inputs[i].Data, inputs[i].Shape, inputs[i].Strides);
    }

    private void Take(ModelCall call)
    {
        for (int i = 0; i < outputs.Length; i++) call.Into(SlotGroup.Output, i, outputs[i].Data, outputs[i].Count);
    }

    private NativeTensor Gradient(Parameter parameter)
    {
        NativeTensor copy = New("grad." + parameter.Name, ElementKind.Float32, [.. parameter.Shape]);
        gradients.Value.CopyTo(parameter, copy.Values);
        return copy;
    }

    private NativeTensor Filled(TensorInfo info, nint[] shape, Workload workload, Random random)
    {
        NativeTensor tensor = New(info.Name, info, shape);
        (double low, double high) = workload.Ranges.TryGetValue(info.Name, out (double, double) range) ? range : (-1, 1);
        if (tensor.Element == ElementKind.Int32)
        {
            foreach (ref int value in tensor.Ints) value = random.Next((int)low, (int)high);
        }
        else
        {
            foreach (ref float value in tensor.Values) value = (float)(low + (high - low) * random.NextDouble());
        }

        return tensor;
    }

    private NativeTensor New(string name, TensorInfo info, nint[] shape) => New(name, Elements.Of(info.Kind, engine.Definition.Real), shape);

    private NativeTensor New(string name, ElementKind element, nint[] shape)
    {
        var tensor = new NativeTensor(name, element, shape);
        owned.Add(tensor);
        return tensor;
    }

    private nint[] Shape(TensorInfo info)
    {
        ImmutableArray<nint>.Builder shape = ImmutableArray.CreateBuilder<nint>();
        if (info.HasBatch) shape.Add(sizes[0]);
        foreach (AxisInfo axis in info.Axes) shape.Add(axis.Dimension >= 0 ? axis.Factor * sizes[axis.Dimension] + axis.Offset : axis.Formula?.Invoke(sizes) ?? axis.Offset);
        if (info.Kind == ValueKind.Complex) shape.Add(2);
        return [.. shape];
    }
}
