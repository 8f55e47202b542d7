using System.Numerics.Tensors;
using SsmDsl.Models;

namespace SsmDsl.Programs;

/// <content>Where results go.</content>
public sealed unsafe partial class ModelCall
{
    /// <summary>The shape of a tensor in this run; of a loss or metric, empty.</summary>
    public nint[] Shape(SlotGroup group, int index)
    {
        NeedBound();
        return TensorShapes.Info(definition, group, index) is { } info ? TensorShapes.Of(info, frame.Dims) : [];
    }

    /// <summary>Makes a tensor for a result; it is the caller's, and written by <see cref="Run"/>.</summary>
    public Tensor<T> New<T>(SlotGroup group, int index)
        where T : unmanaged
    {
        nint[] shape = Shape(group, index);
        nint count = 1;
        foreach (nint size in shape) count = checked(count * size);
        var values = new T[count];
        int slot = host.SlotOf(group, index);
        if (slot >= 0)
        {
            NeedElement<T>(slot);
            if (count > 0) Deliver(slot, (nint)pins.Pin(values));
        }

        return Tensor.Create(values, shape);
    }

    /// <summary>Makes a state for <see cref="SlotGroup.FinalState"/> or <see cref="SlotGroup.InitialStateGradient"/>; it is the caller's.</summary>
    public StateData NewState(SlotGroup group)
    {
        NeedBound();
        var state = new StateData(definition, frame.Dims, memory)
        {
            Position = group == SlotGroup.FinalState ? Offset + Advance : Offset,
        };
        for (int i = 0; i < state.Count; i++)
        {
            int slot = host.SlotOf(group, i);
            if (slot >= 0 && state.Bytes(i) > 0) frame[slot] = AddressOf(state, i);
        }

        return state;
    }

    /// <summary>Has the final state written into an existing one, once the run's checks have passed. It may be the initial one.</summary>
    /// <exception cref="ArgumentException">It is of another model or size.</exception>
    public void Into(StateData finalState)
    {
        ArgumentNullException.ThrowIfNull(finalState);
        NeedBound();
        CheckState(finalState, "state");
        finalInto = finalState;
    }

    /// <summary>Has a result written to the caller's memory. Memory for 0 elements means that it is not wanted.</summary>
    /// <exception cref="ArgumentException">The number of elements is wrong.</exception>
    public void Into(SlotGroup group, int index, void* data, nint count)
    {
        NeedBound();
        if (count == 0) return;
        TensorInfo info = TensorShapes.Info(definition, group, index)!;
        nint expected = TensorShapes.Count(info, frame.Dims);
        if (count != expected)
        {
            throw new ArgumentException($"'{info.Name}' has {expected} elements [{TensorShapes.Text(TensorShapes.Of(info, frame.Dims))}]; the memory given has {count}", info.Argument);
        }

        int slot = host.SlotOf(group, index);
        if (slot >= 0) Deliver(slot, (nint)data);
    }

    /// <summary>Has a result written to a tensor of the caller. One of no axes (a default span) means that it is not wanted.</summary>
    /// <exception cref="ArgumentException">The shape is wrong.</exception>
    public void Into(SlotGroup group, int index, void* data, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        NeedBound();
        if (lengths.Length == 0) return;
        TensorInfo info = TensorShapes.Info(definition, group, index)!;
        Span<nint> expected = stackalloc nint[TensorShapes.Rank(info)];
        TensorShapes.Write(info, frame.Dims, expected);
        if (!lengths.SequenceEqual(expected))
        {
            throw new ArgumentException($"'{info.Name}' has shape [{TensorShapes.Text(expected)}]; the tensor given has [{TensorShapes.Text(lengths)}]", info.Argument);
        }

        int slot = host.SlotOf(group, index);
        if (slot < 0 || data == null) return;
        if (TensorShapes.IsDense(lengths, strides))
        {
            Deliver(slot, (nint)data);
            return;
        }

        if (!spare.TryPop(out Unpacking? unpacking)) unpacking = new Unpacking();
        unpacking.Set(slot, (nint)data, lengths, strides);
        unpackings.Add(unpacking);
    }

    /// <summary>Has a result written to a destination of the caller, with the address of its first element; an empty one means that it is not wanted.</summary>
    /// <exception cref="ArgumentException">The number of elements or the shape is wrong.</exception>
    public void Into<T>(SlotGroup group, int index, T* data, scoped in Destination<T> destination)
        where T : unmanaged
    {
        if (destination.IsFlat) Into(group, index, data, destination.Tensor.FlattenedLength);
        else Into(group, index, data, destination.Tensor.Lengths, destination.Tensor.Strides);
    }

    /// <summary>A metric, after <see cref="Run"/>: the mean over the batch.</summary>
    public double Metric(int index) => metrics[index];

    /// <summary>All metrics, after <see cref="Run"/>.</summary>
    public ReadOnlySpan<double> Metrics => metrics;

    /// <summary>Has a result written to dense memory of the host: by the program itself, or, from another memory, by a copy after it.</summary>
    private void Deliver(int slot, nint data)
    {
        if (memory.IsHost) frame[slot] = data;
        else deliveries.Add((slot, data));
    }

    /// <summary>Where the program can read and write a tensor of a state; 0 if that is nowhere.</summary>
    private nint AddressOf(StateData state, int index) =>
        memory.IsHost ? (nint)pins.Pin(state.Values[index]) : (nint)state.In(memory, index);

    private void NeedBound()
    {
        if (!bound) throw new InvalidOperationException("sizes are known after Bind");
    }

    private void NeedElement<T>(int slot)
        where T : unmanaged
    {
        if (Elements.Of<T>() != host.Slots[slot].Element) throw new ArgumentException($"the tensor holds {host.Slots[slot].Element}, not {typeof(T).Name}");
    }
}
