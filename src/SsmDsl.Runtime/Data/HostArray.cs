namespace SsmDsl;

/// <summary>A dense array in memory, last axis fastest: what the readers of data files return.</summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class HostArray<T>
    where T : unmanaged
{
    /// <summary>Wraps values without copying them.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the sizes.</exception>
    public HostArray(T[] values, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        long count = 1;
        foreach (int size in shape) count = checked(count * size);
        if (count != values.Length)
        {
            throw new ArgumentException($"an array of shape [{string.Join(", ", shape.ToArray())}] has {count} values, found {values.Length}", nameof(values));
        }

        Values = values;
        Shape = shape.ToArray();
    }

    /// <summary>All elements, last axis fastest.</summary>
    public T[] Values { get; }

    /// <summary>Sizes of the axes.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Number of entries along the first axis (1 for a scalar).</summary>
    public int Count => Shape.Count == 0 ? 1 : Shape[0];

    /// <summary>Number of elements of one entry of the first axis.</summary>
    public int RowLength => Count == 0 ? 0 : Values.Length / Count;

    /// <summary>Entry <paramref name="index"/> of the first axis.</summary>
    public Span<T> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Values.AsSpan(index * RowLength, RowLength);
    }

    /// <summary>The array with every element converted by <paramref name="convert"/>.</summary>
    public HostArray<TResult> Select<TResult>(Func<T, TResult> convert)
        where TResult : unmanaged => new(Array.ConvertAll(Values, new Converter<T, TResult>(convert)), [.. Shape]);
}
