using System.Numerics.Tensors;

namespace SsmDsl.Programs;

/// <summary>Facts about element types in memory.</summary>
public static class Elements
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(ElementKind element) => element switch
    {
        ElementKind.Float64 => 8,
        ElementKind.Bool => 1,
        _ => 4,
    };

    /// <summary>How a value lies in memory in a model whose reals are <paramref name="real"/>.</summary>
    public static ElementKind Of(ValueKind kind, ElementKind real) => kind switch
    {
        ValueKind.Int => ElementKind.Int32,
        ValueKind.Bool => ElementKind.Bool,
        _ => real,
    };

    /// <summary>The element type that <typeparamref name="T"/> stands for.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is none of float, double, int, bool.</exception>
    public static ElementKind Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementKind.Float32
        : typeof(T) == typeof(double) ? ElementKind.Float64
        : typeof(T) == typeof(int) ? ElementKind.Int32
        : typeof(T) == typeof(bool) ? ElementKind.Bool
        : throw new ArgumentException($"tensors hold float, double, int or bool, not {typeof(T).Name}");

    /// <summary>Copies reals and rounds them to the type of the destination.</summary>
    internal static unsafe void CopyReals(void* source, ElementKind element, Span<float> destination)
    {
        if (element == ElementKind.Float32) new ReadOnlySpan<float>(source, destination.Length).CopyTo(destination);
        else TensorPrimitives.ConvertTruncating(new ReadOnlySpan<double>(source, destination.Length), destination);
    }

    /// <inheritdoc cref="CopyReals(void*, ElementKind, Span{float})"/>
    internal static unsafe void CopyReals(void* source, ElementKind element, Span<double> destination)
    {
        if (element == ElementKind.Float64) new ReadOnlySpan<double>(source, destination.Length).CopyTo(destination);
        else TensorPrimitives.ConvertTruncating(new ReadOnlySpan<float>(source, destination.Length), destination);
    }

    /// <inheritdoc cref="CopyReals(void*, ElementKind, Span{float})"/>
    internal static unsafe void CopyReals(ReadOnlySpan<float> source, void* destination, ElementKind element)
    {
        if (element == ElementKind.Float32) source.CopyTo(new Span<float>(destination, source.Length));
        else TensorPrimitives.ConvertTruncating(source, new Span<double>(destination, source.Length));
    }

    /// <inheritdoc cref="CopyReals(void*, ElementKind, Span{float})"/>
    internal static unsafe void CopyReals(ReadOnlySpan<double> source, void* destination, ElementKind element)
    {
        if (element == ElementKind.Float64) source.CopyTo(new Span<double>(destination, source.Length));
        else TensorPrimitives.ConvertTruncating(source, new Span<float>(destination, source.Length));
    }
}
