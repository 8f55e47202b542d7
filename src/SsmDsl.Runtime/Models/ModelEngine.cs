using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Parameters;

namespace SsmDsl.Programs;

/// <summary>
/// A model on a device, untyped: its parameters, its scratch memory and its programs. The generated class wraps it; tools use it
/// directly, with tensors by their numbers in the definition.
/// </summary>
public sealed unsafe class ModelEngine : IDisposable
{
    private readonly ProgramHost?[] hosts;

    /// <summary>Parameters are zero until <see cref="Initialise"/> or <see cref="Load(SafetensorsFile, CheckpointLoadOptions?)"/>.</summary>
    /// <exception cref="DeviceException">The model has no programs for the device.</exception>
    public ModelEngine(ModelDefinition definition, Device device)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(device);
        Definition = definition;
        Device = device;
        ProgramCheck.Check(definition, device);
        Blocks = new BlockPool(device.Memory);
        Gate = new RunGate(definition.Name);
        Store = new ParameterStore(definition, device, Gate);
        Parameters = new ParameterSet(Store);
        KernelProgram?[] programs = [definition.Forward, definition.Evaluate, definition.Backward, definition.VectorJacobian];
        hosts = [.. programs.Select((p, kind) => p is null ? null : new ProgramHost(this, (ProgramKind)kind, p))];
    }

    /// <summary>What the model is.</summary>
    public ModelDefinition Definition { get; }

    /// <summary>What it runs on.</summary>
    public Device Device { get; }

    /// <summary>All parameters.</summary>
    public ParameterSet Parameters { get; }

    internal RunGate Gate { get; }

    internal ParameterStore Store { get; }

    internal BlockPool Blocks { get; }

    /// <summary>Sets all parameters to their initial values, which depend on nothing but the seed.</summary>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public void Initialise(ulong seed)
    {
        using var lease = new ChangeLease(Gate, "initialisation");
        ParameterInitialisation.Run(Definition, Store, Device.Pool, seed);
        Store.RaiseVersions();
    }

    /// <summary>Opens a call. Dispose it.</summary>
    /// <exception cref="InvalidOperationException">The model is being changed, or has no such program.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public ModelCall Open(ProgramKind kind)
    {
        ProgramHost host = hosts[(int)kind] ?? throw new InvalidOperationException($"model {Definition.Name} has no loss, so that it has no {kind}");
        Gate.EnterRun();
        return host.Rent();
    }

    /// <summary>Buffers for the gradients of all parameters, zero at first.</summary>
    public Gradients NewGradients() => new(Parameters);

    /// <summary>Opens a stream: the model step by step, with a state that it keeps.</summary>
    /// <param name="batch">Number of sequences that run side by side.</param>
    /// <param name="seed">Decides the draws of a model that uses randomness outside of training.</param>
    /// <exception cref="NotSupportedException">The model cannot run step by step; the message says why.</exception>
    public StreamCore OpenStream(int batch, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if (Definition.StreamDimension < 0) throw new NotSupportedException(Definition.NotSteppable ?? $"model {Definition.Name} cannot run step by step");
        return new StreamCore(hosts[(int)ProgramKind.Forward]!, batch, seed);
    }

    /// <summary>
    /// The scratch memory of a run: bytes in use at once, bytes of all intermediate tensors together, and bytes of what all runs
    /// share until parameters change (in neither).
    /// </summary>
    /// <param name="kind">The program.</param>
    /// <param name="dims">Dynamic sizes, the batch first.</param>
    /// <exception cref="InvalidOperationException">The model has no such program.</exception>
    public (nint AtOnce, nint Together, nint Prepared) ScratchBytes(ProgramKind kind, ReadOnlySpan<nint> dims)
    {
        ProgramHost host = hosts[(int)kind] ?? throw new InvalidOperationException($"model {Definition.Name} has no {kind}");
        ReadOnlySpan<ArenaBuffer> buffers = host.Program.Buffers;
        var sizes = new nint[buffers.Length];
        host.Program.BufferSizes(dims, sizes);
        nint together = 0;
        for (int i = 0; i < sizes.Length; i++) together = checked(together + (buffers[i].IsPrepared ? 0 : sizes[i]));
        return (host.Plan(dims).Bytes, together, host.MakePlan(dims, ArenaContent.Prepared).Bytes);
    }

    /// <summary>Replaces the parameters by those of a checkpoint: all of them or, if anything is wrong, none.</summary>
    /// <returns>What was loaded, missing and left over.</returns>
    /// <exception cref="CheckpointException">Names or shapes differ, beyond what the options allow.</exception>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public CheckpointReport Load(SafetensorsFile file, CheckpointLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var lease = new ChangeLease(Gate, "loading");
        return Checkpoints.ParameterLoading.Load(Parameters, file, options ?? new CheckpointLoadOptions());
    }

    /// <summary>Adds all parameters to a file that is being written.</summary>
    /// <param name="prefix">What stands in front of their names.</param>
    public void Save(SafetensorsWriter writer, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(writer);
        using var lease = new RunLease(Gate);
        foreach (Parameter parameter in Parameters) writer.AddCopy(prefix + parameter.Name, parameter);
    }

    /// <summary>Frees the parameters and all scratch memory.</summary>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public void Dispose()
    {
        if (!Gate.Dispose()) return;
        foreach (ProgramHost? host in hosts) host?.Dispose();
        Blocks.Dispose();
        Store.Dispose();
    }
}
