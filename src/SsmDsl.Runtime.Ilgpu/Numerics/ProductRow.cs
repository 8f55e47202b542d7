using System.Numerics;
using ILGPU;

namespace SsmDsl.Ilgpu.Numerics;

/// <summary>Eight results of a thread beside each other, eight columns apart. Fields, because only these lie in registers.</summary>
internal struct ProductRow<T>
    where T : unmanaged, INumber<T>
{
    private const int Side = 8;

    private T c0, c1, c2, c3, c4, c5, c6, c7;

    public static ProductRow<T> Of(ArrayView<T> tile, int at) => new()
    {
        c0 = tile[at],
        c1 = tile[at + Side],
        c2 = tile[at + 2 * Side],
        c3 = tile[at + 3 * Side],
        c4 = tile[at + 4 * Side],
        c5 = tile[at + 5 * Side],
        c6 = tile[at + 6 * Side],
        c7 = tile[at + 7 * Side],
    };

    /// <summary>this += factor · row.</summary>
    public void Add(T factor, ProductRow<T> row)
    {
        c0 += factor * row.c0;
        c1 += factor * row.c1;
        c2 += factor * row.c2;
        c3 += factor * row.c3;
        c4 += factor * row.c4;
        c5 += factor * row.c5;
        c6 += factor * row.c6;
        c7 += factor * row.c7;
    }

    /// <param name="start">Position of the tile's first element; strides from row to row and from column to column.</param>
    /// <param name="row">The row's number in the tile, and <paramref name="column"/> that of the thread's first column.</param>
    /// <param name="accumulate">Adds to the target instead of replacing it.</param>
    public readonly void Store(
        ArrayView<T> target, int start, int rowStride, int columnStride, int row, int rows, int column, int columns, T factor, bool accumulate)
    {
        if (row >= rows) return;
        int first = start + row * rowStride;
        StoreOne(target, first, columnStride, column, columns, factor * c0, accumulate);
        StoreOne(target, first, columnStride, column + Side, columns, factor * c1, accumulate);
        StoreOne(target, first, columnStride, column + 2 * Side, columns, factor * c2, accumulate);
        StoreOne(target, first, columnStride, column + 3 * Side, columns, factor * c3, accumulate);
        StoreOne(target, first, columnStride, column + 4 * Side, columns, factor * c4, accumulate);
        StoreOne(target, first, columnStride, column + 5 * Side, columns, factor * c5, accumulate);
        StoreOne(target, first, columnStride, column + 6 * Side, columns, factor * c6, accumulate);
        StoreOne(target, first, columnStride, column + 7 * Side, columns, factor * c7, accumulate);
    }

    private static void StoreOne(ArrayView<T> target, int first, int stride, int column, int columns, T value, bool accumulate)
    {
        if (column >= columns) return;
        int at = first + column * stride;
        target[at] = accumulate ? target[at] + value : value;
    }
}
