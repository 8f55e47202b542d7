using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SsmDsl.Devices;
using SsmDsl.Models;

namespace SsmDsl.Programs;

/// <summary>
/// What a model carries from one chunk of its sequences to the next: the values of its state tensors, and how many positions
/// came before. Nothing to dispose. The untyped core of the generated <c>State</c>.
/// </summary>
public sealed class StateData
{
    private readonly nint[][] shapes;

    // A state that a device has made stays there until somebody looks at it: then these are its values.
    private readonly StateBlock? block;
    private Array[]? values;

    /// <summary>All zero.</summary>
    /// <param name="memory">Where the values are at first.</param>
    internal StateData(ModelDefinition definition, ReadOnlySpan<nint> dims, DeviceMemory memory)
        : this(definition, Shapes(definition, dims), checked((int)dims[0]), memory)
    {
    }

    internal StateData(ModelDefinition definition, nint[][] shapes, int batch, DeviceMemory memory)
    {
        (Definition, this.shapes, Batch) = (definition, shapes, batch);
        if (memory.IsHost) values = NewArrays();
        else block = new StateBlock(memory, Sizes());
    }

    private StateData(StateData other)
    {
        (Definition, Batch, Position, shapes) = (other.Definition, other.Batch, other.Position, other.shapes);
        lock (other.shapes)
        {
            if (other.values is null) block = other.block!.Clone();
            else values = [.. other.values.Select(v => (Array)v.Clone())];
        }
    }

    /// <summary>The model it belongs to.</summary>
    public ModelDefinition Definition { get; }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; }

    /// <summary>Number of positions before this state.</summary>
    public long Position { get; set; }

    /// <summary>Number of state tensors.</summary>
    public int Count => shapes.Length;

    /// <summary>One array of float, double, int or bool for each tensor. From now on they are the values, as somebody may change them.</summary>
    internal Array[] Values
    {
        get
        {
            if (values is { } known) return known;
            lock (shapes) return values ??= Read();
        }
    }

    /// <summary>Bytes of a tensor.</summary>
    internal nint Bytes(int index) => ElementCount(index) * Elements.Size(Element(index));

    /// <summary>The address of a tensor in a device's memory, or null if it is not there.</summary>
    internal unsafe byte* In(DeviceMemory memory, int index) => values is null && ReferenceEquals(block!.Memory, memory) ? block.Pointer(index) : null;

    /// <summary>The values, without making them those that count.</summary>
    internal Array[] Snapshot()
    {
        lock (shapes) return values ?? Read();
    }

    /// <summary>Copies a tensor from the memory of a device.</summary>
    internal unsafe void CopyFrom(DeviceMemory memory, int index, void* source)
    {
        if (In(memory, index) is var here and not null) memory.CopyWithin(here, source, Bytes(index));
        else fixed (byte* to = &MemoryMarshal.GetArrayDataReference(Values[index])) memory.CopyOut(to, source, Bytes(index));
    }

    /// <summary>Copies a tensor to the memory of a device.</summary>
    internal unsafe void CopyTo(DeviceMemory memory, int index, void* destination)
    {
        if (In(memory, index) is var here and not null) memory.CopyWithin(destination, here, Bytes(index));
        else fixed (byte* from = &MemoryMarshal.GetArrayDataReference(Snapshot()[index])) memory.CopyIn(destination, from, Bytes(index));
    }

    /// <summary>The shape of a tensor: batch, axes, and 2 for complex values.</summary>
    public ReadOnlySpan<nint> Shape(int index) => shapes[index];

    /// <summary>The values of a tensor: a view, so that writing to it changes the state.</summary>
    /// <exception cref="ArgumentException">The tensor's elements are of another type.</exception>
    public Tensor<T> Tensor<T>(int index)
        where T : unmanaged => Values[index] is T[] values
            ? System.Numerics.Tensors.Tensor.Create(values, shapes[index])
            : throw new ArgumentException($"state '{Definition.States[index].Name}' holds {Values[index].GetType().GetElementType()!.Name}, not {typeof(T).Name}", nameof(index));

    /// <summary>A copy that is independent of this one.</summary>
    public StateData Clone() => new(this);

    /// <summary>Writes it as safetensors: beside the place, forced to the disk, renamed.</summary>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public void Save(string path) => StateFiles.Writer(this).Save(path);

    /// <summary>Writes it as safetensors.</summary>
    public void Save(Stream stream) => StateFiles.Writer(this).Save(stream);

    /// <summary>Reads a saved state.</summary>
    /// <exception cref="CheckpointException">It is damaged, or the state of another model.</exception>
    public static StateData Load(ModelDefinition definition, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return StateFiles.Load(definition, file);
    }

    /// <inheritdoc cref="Load(ModelDefinition, string)"/>
    public static StateData Load(ModelDefinition definition, Stream stream)
    {
        using SafetensorsFile file = SafetensorsFile.Open(stream);
        return StateFiles.Load(definition, file);
    }

    private static nint[][] Shapes(ModelDefinition definition, ReadOnlySpan<nint> dims)
    {
        var shapes = new nint[definition.States.Length][];
        for (int i = 0; i < shapes.Length; i++) shapes[i] = TensorShapes.Of(definition.States[i], dims);
        return shapes;
    }

    private unsafe Array[] Read()
    {
        Array[] copy = NewArrays();
        for (int i = 0; i < copy.Length; i++)
        {
            fixed (byte* to = &MemoryMarshal.GetArrayDataReference(copy[i])) block!.Memory.CopyOut(to, block.Pointer(i), Bytes(i));
        }

        return copy;
    }

    private ElementKind Element(int index) => Elements.Of(Definition.States[index].Kind, Definition.Real);

    private nint ElementCount(int index)
    {
        nint count = 1;
        foreach (nint size in shapes[index]) count = checked(count * size);
        return count;
    }

    private nint[] Sizes() => [.. Enumerable.Range(0, Count).Select(Bytes)];

    private Array[] NewArrays() => [.. Enumerable.Range(0, Count).Select(i => NewArray(Element(i), ElementCount(i)))];

    private static Array NewArray(ElementKind element, nint count) => element switch
    {
        ElementKind.Float32 => new float[count],
        ElementKind.Float64 => new double[count],
        ElementKind.Int32 => new int[count],
        _ => new bool[count],
    };
}
