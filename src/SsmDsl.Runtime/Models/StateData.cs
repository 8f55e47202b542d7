using System.Numerics.Tensors;
using SsmDsl.Models;

namespace SsmDsl.Programs;

/// <summary>
/// What a model carries from one chunk of its sequences to the next: the values of its state tensors, and how many positions
/// came before. Managed memory, nothing to dispose. The untyped core of the generated <c>State</c>.
/// </summary>
public sealed class StateData
{
    private readonly nint[][] shapes;

    internal StateData(ModelDefinition definition, ReadOnlySpan<nint> dims)
        : this(definition, Shapes(definition, dims), checked((int)dims[0]))
    {
    }

    internal StateData(ModelDefinition definition, nint[][] shapes, int batch)
    {
        (Definition, this.shapes, Batch) = (definition, shapes, batch);
        Values = new Array[shapes.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            nint count = 1;
            foreach (nint size in shapes[i]) count = checked(count * size);
            Values[i] = NewArray(Elements.Of(definition.States[i].Kind, definition.Real), count);
        }
    }

    private StateData(StateData other)
    {
        (Definition, Batch, Position, shapes) = (other.Definition, other.Batch, other.Position, other.shapes);
        Values = [.. other.Values.Select(v => (Array)v.Clone())];
    }

    /// <summary>The model it belongs to.</summary>
    public ModelDefinition Definition { get; }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; }

    /// <summary>Number of positions before this state.</summary>
    public long Position { get; set; }

    /// <summary>Number of state tensors.</summary>
    public int Count => Values.Length;

    /// <summary>One array of float, double, int or bool for each tensor.</summary>
    internal Array[] Values { get; }

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

    private static Array NewArray(ElementKind element, nint count) => element switch
    {
        ElementKind.Float32 => new float[count],
        ElementKind.Float64 => new double[count],
        ElementKind.Int32 => new int[count],
        _ => new bool[count],
    };
}
