namespace SsmDsl.Ilgpu;

/// <summary>A matrix in the memory of a device, with any strides; for generated code.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly unsafe struct DeviceMatrix<T>
    where T : unmanaged
{
    /// <param name="memory">Where positions count from.</param>
    /// <param name="start">The position of the first element.</param>
    /// <param name="row">Elements from row to row; <paramref name="column"/>: from column to column.</param>
    public DeviceMatrix(T* memory, nint start, nint row, nint column)
    {
        First = memory + start;
        (Row, Column) = (row, column);
    }

    internal T* First { get; }

    internal nint Row { get; }

    internal nint Column { get; }

    internal DeviceMatrix<T> Transposed => new(First, 0, Column, Row);
}

/// <summary>target (+)= factor · left · right: [rows, columns] of [rows, depth] and [depth, columns]; for generated code.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct DeviceMatrices<T>(
    nint rows, nint columns, nint depth, DeviceMatrix<T> left, DeviceMatrix<T> right, DeviceMatrix<T> target, T factor, bool accumulate)
    where T : unmanaged
{
    internal nint Rows { get; } = rows;

    internal nint Columns { get; } = columns;

    internal nint Depth { get; } = depth;

    internal DeviceMatrix<T> Left { get; } = left;

    internal DeviceMatrix<T> Right { get; } = right;

    internal DeviceMatrix<T> Target { get; } = target;

    internal T Factor { get; } = factor;

    internal bool Accumulate { get; } = accumulate;
}
