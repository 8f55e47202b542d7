using SsmDsl.Devices;
using SsmDsl.Memory;
using SsmDsl.Models;
using SsmDsl.Numerics;

namespace SsmDsl.Programs;

/// <summary>
/// A model run step by step on some sequences side by side; the untyped core of the generated <c>Stream</c>. It keeps the state
/// and all memory, so that a step allocates nothing. A step that fails leaves the state as it was. For one thread at a time;
/// any number of streams of a model may run at once.
/// </summary>
public sealed unsafe class StreamCore : IDisposable
{
    private readonly ProgramHost host;
    private readonly ModelDefinition definition;
    private readonly RunFrame frame;
    private readonly DeviceMemory memory;
    private readonly NativeBlock block;

    // On a device: by slot, what is given in a step, and where its results go.
    private readonly NativeBlock? steppedBlock;
    private readonly nint[] stepped;
    private readonly nint[] results;

    // By slot: the stream's own memory for it.
    private readonly nint[] own;
    private readonly bool[] filled;

    // By state: number of the slots that read and write it.
    private readonly (int Read, int Write)[] stateSlots;
    private readonly bool[] given;
    private readonly ulong randomKey;
    private long position;
    private bool started;
    private int running;
    private bool disposed;

    internal StreamCore(ProgramHost host, int batch, ulong seed)
    {
        this.host = host;
        randomKey = Philox.RunKey(seed, 0);
        definition = host.Engine.Definition;
        memory = host.Engine.Device.Memory;
        frame = new RunFrame(host);
        frame.Dims.Fill(1);
        frame.Dims[0] = batch;
        Batch = batch;
        ArenaPlan plan = host.Plan(frame.Dims);
        block = new NativeBlock(memory, checked(plan.Bytes + frame.ScratchBytes()), zero: true);
        frame.Place(plan, block.Pointer);
        frame.PlaceScratch(block.Pointer + plan.Bytes);
        own = new nint[host.Slots.Length];
        for (int slot = 0; slot < own.Length; slot++) own[slot] = frame[slot];
        stepped = new nint[own.Length];
        results = new nint[own.Length];
        if (!memory.IsHost) steppedBlock = PlaceStepped();
        stateSlots = [.. Enumerable.Range(0, definition.States.Length).Select(i => (host.SlotOf(SlotGroup.InitialState, i), host.SlotOf(SlotGroup.FinalState, i)))];
        given = new bool[definition.Inputs.Length];
        filled = new bool[definition.Inputs.Length];
        for (int i = 0; i < given.Length; i++)
        {
            int slot = host.SlotOf(SlotGroup.Input, i);
            if (definition.Inputs[i].Default is not { } value) continue;
            filled[i] = true;
            if (slot >= 0) Defaults.Fill(memory, (void*)own[slot], frame.Count(slot), host.Slots[slot].Element, value);
        }
    }

    /// <summary>Number of sequences that run side by side.</summary>
    public int Batch { get; }

    /// <summary>Number of steps done.</summary>
    public long Position => position;

    /// <summary>Whether an input is given at each step; otherwise once, by <see cref="Fix"/>.</summary>
    public bool IsStepped(int input)
    {
        foreach (AxisInfo axis in definition.Inputs[input].Axes)
        {
            if (axis.Dimension == definition.StreamDimension || axis.Formula is not null) return true;
        }

        return false;
    }

    /// <summary>Gives an input that has no sequence axis; it is copied. Changing it later takes effect at the next step.</summary>
    /// <exception cref="ArgumentException">The number of elements is wrong.</exception>
    public void Fix(int input, void* data, nint count)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        CheckCount(definition.Inputs[input], count);
        int slot = host.SlotOf(SlotGroup.Input, input);
        if (slot >= 0)
        {
            memory.CopyIn((void*)own[slot], data, count * Elements.Size(host.Slots[slot].Element));
        }

        filled[input] = true;
    }

    /// <summary>Begins a step: forgets what was given to an earlier one that failed.</summary>
    public void Begin()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        for (int slot = 0; slot < own.Length; slot++)
        {
            if (host.Slots[slot].Group is SlotGroup.Input or SlotGroup.Output) frame[slot] = own[slot];
        }

        given.AsSpan().Clear();
        results.AsSpan().Clear();
    }

    /// <summary>Gives an input of this step, batch and axes without the sequence axis, last axis fastest.</summary>
    /// <exception cref="ArgumentException">The number of elements is wrong.</exception>
    public void Input(int index, void* data, nint count)
    {
        TensorInfo info = definition.Inputs[index];
        if (count == 0 && info.Default is not null) return;
        CheckCount(info, count);
        given[index] = true;
        int slot = host.SlotOf(SlotGroup.Input, index);
        if (slot < 0) return;
        frame[slot] = memory.IsHost ? (nint)data : stepped[slot];
        if (!memory.IsHost) memory.CopyIn((void*)stepped[slot], data, count * Elements.Size(host.Slots[slot].Element));
    }

    /// <summary>Says where an output of this step goes; memory for 0 elements means that it is not wanted.</summary>
    /// <exception cref="ArgumentException">The number of elements is wrong.</exception>
    public void Output(int index, void* data, nint count)
    {
        if (count == 0) return;
        CheckCount(definition.Outputs[index], count);
        int slot = host.SlotOf(SlotGroup.Output, index);
        if (slot < 0) return;
        if (memory.IsHost) frame[slot] = (nint)data;
        else results[slot] = (nint)data;
    }

    /// <summary>Runs the step and moves the stream on.</summary>
    /// <exception cref="ArgumentException">An input is missing.</exception>
    /// <exception cref="IndexOutOfVocabularyException">A position in an int tensor is none of the tensor that it indexes.</exception>
    /// <exception cref="InvalidOperationException">The model is being changed, or another thread is in a step of this stream.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        for (int i = 0; i < given.Length; i++)
        {
            if (!given[i] && !filled[i]) throw new ArgumentException($"'{definition.Inputs[i].Name}' is missing", definition.Inputs[i].Argument);
        }

        if (position == int.MaxValue) throw new InvalidOperationException("a stream ends at 2^31 - 1 positions");
        if (Interlocked.Exchange(ref running, 1) != 0) throw new InvalidOperationException("another thread is in a step of this stream");
        try
        {
            using var lease = new RunLease(host.Engine.Gate);
            frame.Execute(randomKey, training: false, start: !started, (int)position);
            if (frame.Fault.Check != 0) throw frame.FaultException();
            if (!memory.IsHost) CopyOut();
            Commit();
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    /// <summary>A copy of the state, or null before the first step.</summary>
    public StateData? State()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!started) return null;
        var state = new StateData(definition, frame.Dims, memory) { Position = position };
        for (int i = 0; i < stateSlots.Length; i++) CopyState(i, state, toStream: false);
        return state;
    }

    /// <summary>Goes on from a state, of this stream, another one, or a forward run; null: from the start.</summary>
    /// <exception cref="ArgumentException">It is of another model, or has another number of sequences.</exception>
    public void Restore(StateData? state)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (state is not null && (!state.Definition.IsSame(definition) || !Fits(state)))
        {
            throw new ArgumentException($"the state is one of model {state.Definition.Name} with {state.Batch} sequences, the stream is one of {definition.Name} with {Batch}", nameof(state));
        }

        started = state is not null;
        position = state?.Position ?? 0;
        for (int i = 0; i < stateSlots.Length; i++)
        {
            if (state is not null) CopyState(i, state, toStream: true);
            else if (stateSlots[i].Read >= 0) memory.Clear((void*)frame[stateSlots[i].Read], frame.Bytes(stateSlots[i].Read));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        block.Dispose();
        steppedBlock?.Dispose();
    }

    /// <summary>Memory of the device for what steps are given: the stream's own holds the defaults.</summary>
    private NativeBlock PlaceStepped()
    {
        nint bytes = 0;
        for (int slot = 0; slot < own.Length; slot++)
        {
            stepped[slot] = bytes;
            if (host.Slots[slot].Group == SlotGroup.Input) bytes = checked(bytes + frame.Bytes(slot));
        }

        var place = new NativeBlock(memory, bytes);
        for (int slot = 0; slot < own.Length; slot++) stepped[slot] += (nint)place.Pointer;
        return place;
    }

    /// <summary>Copies the results of a step to where the caller wants them.</summary>
    private void CopyOut()
    {
        for (int slot = 0; slot < results.Length; slot++)
        {
            if (results[slot] != 0) memory.CopyOut((void*)results[slot], (void*)frame[slot], frame.Count(slot) * Elements.Size(host.Slots[slot].Element));
        }

        memory.Synchronize();
    }

    /// <summary>What was written becomes what the next step reads.</summary>
    private void Commit()
    {
        foreach ((int read, int write) in stateSlots)
        {
            if (read >= 0 && write >= 0) (frame[read], frame[write]) = (frame[write], frame[read]);
        }

        started = true;
        position++;
    }

    private bool Fits(StateData state)
    {
        for (int i = 0; i < state.Count; i++)
        {
            if (!state.Shape(i).SequenceEqual(TensorShapes.Of(definition.States[i], frame.Dims))) return false;
        }

        return true;
    }

    private void CopyState(int index, StateData state, bool toStream)
    {
        // A state that the program does not read is where it was written last.
        (int read, int write) = stateSlots[index];
        int slot = read >= 0 ? read : write;
        if (slot < 0) return;
        if (toStream) state.CopyTo(memory, index, (void*)frame[slot]);
        else state.CopyFrom(memory, index, (void*)frame[slot]);
    }

    private void CheckCount(TensorInfo info, nint count)
    {
        nint expected = TensorShapes.Count(info, frame.Dims);
        if (count != expected)
        {
            throw new ArgumentException($"'{info.Name}' has {expected} elements at each step [{TensorShapes.Text(TensorShapes.Of(info, frame.Dims))}]; {count} were given", info.Argument);
        }
    }
}
