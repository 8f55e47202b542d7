using System.Collections.Immutable;
using System.Numerics.Tensors;
using SsmDsl.Models;
using SsmDsl.Parameters;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// A trained tensor of a model. Values go in and out in the checkpoint's layout: last axis fastest, complex values with a last
/// axis of 2 (real part, imaginary part). Reading may go on beside runs; writing needs the model alone.
/// </summary>
public sealed unsafe class Parameter
{
    private readonly ParameterStore store;
    private readonly nint offset;

    internal Parameter(ParameterStore store, int info, int copy, string name)
    {
        this.store = store;
        Info = info;
        Name = name;
        ParameterInfo definition = store.Layout.Definition.Parameters[info];
        Shape = definition.Kind == ValueKind.Complex ? definition.Shape.Add(2) : definition.Shape;
        Count = ParameterLayout.CountOfCopy(definition);
        offset = store.Layout.Offsets[info] + copy * Count * Elements.Size(store.Layout.Real);
        LrFactor = definition.LearningRateFactor;
        Decay = definition.Decay;
        Frozen = definition.Frozen;
    }

    /// <summary>Its name in checkpoints: <c>blocks.0.norm.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Sizes of its axes; of a complex parameter, with the last axis of 2.</summary>
    public ImmutableArray<nint> Shape { get; }

    /// <summary>Number of reals.</summary>
    public nint Count { get; }

    /// <summary>What its learning rate is multiplied by (<c>@lr</c>).</summary>
    public double LrFactor { get; }

    /// <summary>Whether weight decay applies to it (false after <c>@no_decay</c>).</summary>
    public bool Decay { get; }

    /// <summary>Whether optimizers leave it as it is. At first as the text says (<c>@frozen</c>).</summary>
    public bool Frozen { get; set; }

    /// <summary>Raised by every write; copies in other layouts or on other devices are renewed by it. Shared by the copies of a repeat.</summary>
    public long Version => store.Version(Info);

    internal int Info { get; }

    /// <summary>In bytes, within blocks of the model's layout.</summary>
    internal nint Offset => offset;

    internal ParameterStore Store => store;

    internal ElementKind Real => store.Layout.Real;

    private byte* Pointer => store.Memory + offset;

    /// <summary>Copies the values out; those of a float64 model are rounded.</summary>
    /// <exception cref="ArgumentException">The span has not <see cref="Count"/> elements.</exception>
    public void CopyTo(Span<float> destination)
    {
        using RunLease lease = Reading(destination.Length, nameof(destination));
        Elements.CopyReals(Pointer, Real, destination);
    }

    /// <summary>Copies the values out.</summary>
    /// <exception cref="ArgumentException">The span has not <see cref="Count"/> elements.</exception>
    public void CopyTo(Span<double> destination)
    {
        using RunLease lease = Reading(destination.Length, nameof(destination));
        Elements.CopyReals(Pointer, Real, destination);
    }

    /// <summary>Replaces the values.</summary>
    /// <exception cref="ArgumentException">The span has not <see cref="Count"/> elements.</exception>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        CheckLength(source.Length, nameof(source));
        using ChangeLease lease = Writing();
        Elements.CopyReals(source, Pointer, Real);
    }

    /// <summary>Replaces the values; a float32 model rounds them.</summary>
    /// <exception cref="ArgumentException">The span has not <see cref="Count"/> elements.</exception>
    /// <exception cref="InvalidOperationException">The model is running.</exception>
    public void CopyFrom(ReadOnlySpan<double> source)
    {
        CheckLength(source.Length, nameof(source));
        using ChangeLease lease = Writing();
        Elements.CopyReals(source, Pointer, Real);
    }

    /// <summary>A copy of the values as a tensor of shape <see cref="Shape"/>; those of a float64 model are rounded.</summary>
    public Tensor<float> ToTensor()
    {
        var values = new float[Count];
        CopyTo(values);
        return Tensor.Create(values, Shape.AsSpan());
    }

    /// <summary>A copy of the values as a tensor of doubles of shape <see cref="Shape"/>.</summary>
    public Tensor<double> ToTensor64()
    {
        var values = new double[Count];
        CopyTo(values);
        return Tensor.Create(values, Shape.AsSpan());
    }

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";

    /// <summary>Writes the values as they lie in memory.</summary>
    internal void WriteTo(Stream stream)
    {
        using var lease = new RunLease(store.Gate);
        store.RenewHost(Info);
        int size = Elements.Size(Real);
        for (nint done = 0; done < Count; done += 1 << 20)
        {
            stream.Write(new ReadOnlySpan<byte>(Pointer + done * size, (int)Math.Min(1 << 20, Count - done) * size));
        }
    }

    private RunLease Reading(int length, string argument)
    {
        CheckLength(length, argument);
        var lease = new RunLease(store.Gate);
        store.RenewHost(Info);
        return lease;
    }

    private ChangeLease Writing()
    {
        var lease = new ChangeLease(store.Gate, "writing a parameter");
        store.RenewHost(Info);
        store.RaiseVersion(Info);
        return lease;
    }

    private void CheckLength(int length, string argument)
    {
        if (length != Count) throw new ArgumentException($"parameter {this} has {Count} values, the span has {length}", argument);
    }
}
