using System.Numerics.Tensors;

namespace SsmDsl;

/// <summary>
/// Memory of the caller for a result: a span or an array (last axis fastest, as many elements as the result has), or a tensor of
/// the result's shape and any strides. Converts from all of them; an empty one means that the result is not wanted.
/// </summary>
/// <typeparam name="T">float, double, int or bool.</typeparam>
public readonly ref struct Destination<T>
    where T : unmanaged
{
    private Destination(TensorSpan<T> tensor, bool isFlat)
    {
        Tensor = tensor;
        IsFlat = isFlat;
    }

    /// <summary>The memory; of a span, with one axis.</summary>
    public TensorSpan<T> Tensor { get; }

    /// <summary>Whether it was given without a shape.</summary>
    public bool IsFlat { get; }

    /// <summary>Dense memory.</summary>
    public static implicit operator Destination<T>(Span<T> memory) => memory.IsEmpty ? default : new(new TensorSpan<T>(memory), isFlat: true);

    /// <summary>Dense memory; null for none.</summary>
    public static implicit operator Destination<T>(T[]? memory) => memory.AsSpan();

    /// <summary>A tensor of the result's shape.</summary>
    public static implicit operator Destination<T>(scoped in TensorSpan<T> tensor) => new(tensor, isFlat: false);

    /// <summary>A tensor of the result's shape; null for none.</summary>
    public static implicit operator Destination<T>(Tensor<T>? tensor) => tensor is null ? default : new(tensor.AsTensorSpan(), isFlat: false);

    /// <summary>For <c>fixed</c>: the first element.</summary>
    public ref T GetPinnableReference() => ref Tensor.GetPinnableReference();
}
