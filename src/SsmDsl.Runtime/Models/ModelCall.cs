using System.Numerics.Tensors;
using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Numerics;

namespace SsmDsl.Programs;

/// <summary>
/// One call of a model, for generated code: give inputs, <see cref="Bind"/>, say where results go, <see cref="Run"/>, read
/// results, dispose. Calls are taken from a pool and allocate nothing after the first one of a size. For one thread; a model
/// may have any number of calls under way.
/// </summary>
/// <remarks>
/// Pointers that are given must hold until the call is disposed: use it inside of <c>fixed</c> blocks. Results that are not
/// asked for go to scratch memory.
/// </remarks>
public sealed unsafe partial class ModelCall : IDisposable
{
    // Outside of training the step is 0; so is the seed unless one is given.
    private static readonly ulong UntrainedKey = Philox.RunKey(0, 0);

    private readonly ProgramHost host;
    private readonly ModelDefinition definition;
    private readonly DeviceMemory memory;
    private readonly RunFrame frame;
    private readonly TensorBinding[] inputs;
    private readonly TensorBinding[] targets;
    private readonly TensorBinding[] seeds;

    // Inputs, targets and seeds in this order, for the inference of sizes.
    private readonly TensorBinding[] given;
    private readonly List<Unpacking> unpackings = [];
    private readonly Stack<Unpacking> spare = new();

    // Results that are copied from the device to dense memory of the caller.
    private readonly List<(int Slot, nint Data)> deliveries = [];
    private readonly nint[] stateShape;
    private readonly PinList pins = new();
    private StateData? initial;
    private StateData? finalSeed;
    private StateData? finalInto;
    private Gradients? gradients;
    private bool accumulate;
    private bool training;
    private ulong randomKey = UntrainedKey;
    private bool bound;
    private NativeBlock? block;
    private NativeBlock? staging;

    internal ModelCall(ProgramHost host)
    {
        this.host = host;
        definition = host.Engine.Definition;
        memory = host.Engine.Device.Memory;
        frame = new RunFrame(host);
        inputs = [.. definition.Inputs.Select(i => new TensorBinding(i))];
        targets = host.Kind is ProgramKind.Evaluate or ProgramKind.Backward ? [.. definition.Targets.Select(t => new TensorBinding(t))] : [];
        seeds = host.Kind == ProgramKind.VectorJacobian ? [.. definition.Outputs.Select(o => new TensorBinding(o))] : [];
        given = [.. inputs, .. targets, .. seeds];
        stateShape = new nint[definition.States.Select(TensorShapes.Rank).DefaultIfEmpty(0).Max()];
    }

    /// <summary>The loss, after <see cref="Run"/>: the mean over the batch.</summary>
    public double Loss { get; private set; }

    /// <summary>After a backward run whose loss was not finite: the first tensor with such a value, and the value.</summary>
    public (string Tensor, double Value)? NonFinite { get; private set; }

    /// <summary>The dynamic sizes, the batch first; after <see cref="Bind"/>.</summary>
    public ReadOnlySpan<nint> Dims => frame.Dims;

    /// <summary>Gives an input. One of no axes (a default span) is left out and filled with its default.</summary>
    /// <exception cref="ArgumentException">The number of axes is wrong.</exception>
    public void Input(int index, void* data, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides) => inputs[index].Set(data, lengths, strides);

    /// <summary>Gives a target.</summary>
    /// <exception cref="ArgumentException">The number of axes is wrong.</exception>
    public void Target(int index, void* data, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides) => targets[index].Set(data, lengths, strides);

    /// <summary>Gives the derivative by an output, for a vector–Jacobian product. One that is left out is zero.</summary>
    /// <exception cref="ArgumentException">The number of axes is wrong.</exception>
    public void OutputSeed(int index, void* data, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides) => seeds[index].Set(data, lengths, strides);

    /// <summary>Gives an input, with the address of its first element.</summary>
    /// <exception cref="ArgumentException">The number of axes is wrong.</exception>
    public void Input<T>(int index, T* data, scoped in ReadOnlyTensorSpan<T> tensor)
        where T : unmanaged => Input(index, data, tensor.Lengths, tensor.Strides);

    /// <summary>Gives a target, with the address of its first element.</summary>
    /// <exception cref="ArgumentException">The number of axes is wrong.</exception>
    public void Target<T>(int index, T* data, scoped in ReadOnlyTensorSpan<T> tensor)
        where T : unmanaged => Target(index, data, tensor.Lengths, tensor.Strides);

    /// <summary>Gives the derivative by an output, with the address of its first element.</summary>
    /// <exception cref="ArgumentException">The number of axes is wrong.</exception>
    public void OutputSeed<T>(int index, T* data, scoped in ReadOnlyTensorSpan<T> tensor)
        where T : unmanaged => OutputSeed(index, data, tensor.Lengths, tensor.Strides);

    /// <summary>Gives the state before the first position; null: the model's own start.</summary>
    public void Initial(StateData? state) => initial = state;

    /// <summary>Gives the derivative by the final state, for a vector–Jacobian product; null: zero.</summary>
    public void FinalStateSeed(StateData? seed) => finalSeed = seed;

    /// <summary>Makes it a training run: <c>training</c> is true, and draws depend on seed and step.</summary>
    public void Training(ulong seed, ulong step)
    {
        training = true;
        randomKey = Philox.RunKey(seed, step);
    }

    /// <summary>Draws depend on the seed and <c>training</c> is as given.</summary>
    public void Training(bool training, ulong seed, ulong step)
    {
        this.training = training;
        randomKey = Philox.RunKey(seed, step);
    }

    /// <summary>Says where the gradients of the parameters go.</summary>
    /// <param name="gradients">Those of this model.</param>
    /// <param name="accumulate">Add to what is there instead of replacing it.</param>
    public void Gradients(Gradients gradients, bool accumulate = false)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        gradients.CheckFor(definition, memory, nameof(gradients));

        this.gradients = gradients;
        this.accumulate = accumulate;
    }

    /// <summary>Finds all sizes and checks everything that was given. Then shapes are known and results can be asked for.</summary>
    /// <exception cref="ArgumentException">A tensor is missing or has a wrong size; ParamName is its name.</exception>
    public void Bind()
    {
        foreach (TensorBinding tensor in inputs)
        {
            if (!tensor.Given && tensor.Info.Default is null) throw Missing(tensor);
        }

        foreach (TensorBinding tensor in targets)
        {
            if (!tensor.Given) throw Missing(tensor);
        }

        SizeInference.Infer(definition, given, frame.Dims);
        if (initial is not null && definition.StreamDimension < 0)
        {
            throw new NotSupportedException(definition.NotSteppable ?? $"model {definition.Name} cannot go on from a state");
        }

        if (initial is not null) CheckState(initial, "initial");
        if (finalSeed is not null) CheckState(finalSeed, "finalStateSeed");
        if (Offset + Advance > int.MaxValue) throw new ArgumentException("a stream ends at 2^31 - 1 positions", nameof(initial));
        if (gradients is not null) _ = gradients.Memory;
        bound = true;
    }

    /// <summary>Ends the call and gives its memory back to the model.</summary>
    public void Dispose()
    {
        if (block is not null) host.Engine.Blocks.Return(block);
        block = null;
        foreach (TensorBinding tensor in given) tensor.Clear();
        frame.Clear();
        foreach (Unpacking done in unpackings) spare.Push(done);
        unpackings.Clear();
        deliveries.Clear();
        pins.Release();
        (initial, finalSeed, finalInto, gradients) = (null, null, null, null);
        (accumulate, training, bound, randomKey, Loss, NonFinite) = (false, false, false, UntrainedKey, 0, null);
        host.Return(this);
        host.Engine.Gate.ExitRun();
    }

    internal void Free()
    {
        pins.Dispose();
        staging?.Dispose();
    }

    private long Offset => initial?.Position ?? 0;

    private nint Advance => definition.StreamDimension >= 0 ? frame.Dims[definition.StreamDimension] : 0;

    private void CheckState(StateData state, string argument)
    {
        if (!state.Definition.IsSame(definition))
        {
            throw new ArgumentException($"the state is one of model {state.Definition.Name}, not of {definition.Name}", argument);
        }

        for (int i = 0; i < definition.States.Length; i++)
        {
            Span<nint> expected = StateShape(i);
            if (!state.Shape(i).SequenceEqual(expected))
            {
                throw new ArgumentException(
                    $"state '{definition.States[i].Name}' has shape [{TensorShapes.Text(state.Shape(i))}], the inputs need [{TensorShapes.Text(expected)}]", argument);
            }
        }
    }

    private Span<nint> StateShape(int state)
    {
        Span<nint> shape = stateShape.AsSpan(0, TensorShapes.Rank(definition.States[state]));
        TensorShapes.Write(definition.States[state], frame.Dims, shape);
        return shape;
    }

    private static ArgumentException Missing(TensorBinding tensor) =>
        new($"'{tensor.Info.Name}' {TensorShapes.Text(tensor.Info)} is missing", tensor.Info.Argument);

    /// <summary>A result that is copied to a tensor with gaps after the run. Kept and used again.</summary>
    private sealed class Unpacking
    {
        private nint[] lengths = [];
        private nint[] strides = [];

        public int Slot { get; private set; }

        public nint Data { get; private set; }

        public ReadOnlySpan<nint> Lengths => lengths.AsSpan(0, Rank);

        public ReadOnlySpan<nint> Strides => strides.AsSpan(0, Rank);

        private int Rank { get; set; }

        public void Set(int slot, nint data, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
        {
            (Slot, Data, Rank) = (slot, data, lengths.Length);
            if (this.lengths.Length < Rank) (this.lengths, this.strides) = (new nint[Rank], new nint[Rank]);
            lengths.CopyTo(this.lengths);
            strides.CopyTo(this.strides);
        }
    }
}
