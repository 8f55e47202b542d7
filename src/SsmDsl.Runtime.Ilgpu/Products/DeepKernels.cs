using System.Numerics;
using ILGPU;
using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Products;

/// <summary>The kernels of <see cref="DeepProducts"/>.</summary>
internal static class DeepKernels<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>A part of the sum of a tile, by a group of threads.</summary>
    public static void Parts(DeepArguments<T> a)
    {
        ArrayView<T> panels = SharedMemory.Allocate<T>(DeviceProduct.Panels);
        int tile = Grid.IdxX % a.Tiles, part = Grid.IdxX / a.Tiles;
        int row = tile / a.ColumnTiles * DeviceProduct.Tile, column = tile % a.ColumnTiles * DeviceProduct.Tile;
        int first = part * a.PartDepth, depth = a.Depth - first < a.PartDepth ? a.Depth - first : a.PartDepth;
        DeviceProduct.Run(
            a.Rows - row, a.Columns - column, depth,
            a.Left, row * a.LeftRow + first * a.LeftColumn, a.LeftRow, a.LeftColumn,
            a.Right, column * a.RightColumn + first * a.RightRow, a.RightRow, a.RightColumn,
            a.Sums, (part * a.Rows + row) * a.Columns + column, a.Columns, 1,
            T.One, false, panels);
    }

    /// <summary>An element of the result, by a thread.</summary>
    public static void Sum(DeepArguments<T> a)
    {
        int element = Grid.GlobalIndex.X;
        if (element >= a.Items) return;
        T sum = a.Sums[element];
        for (int part = 1; part < a.Parts; part++) sum += a.Sums[part * a.Items + element];
        int at = element / a.Columns * a.TargetRow + element % a.Columns * a.TargetColumn;
        T value = a.Factor * sum;
        a.Target[at] = a.Accumulate != 0 ? a.Target[at] + value : value;
    }
}

internal struct DeepArguments<T>
    where T : unmanaged
{
    public int Items;
    public int Rows;
    public int Columns;
    public int Depth;
    public int Parts;
    public int PartDepth;
    public int ColumnTiles;
    public int Tiles;
    public ArrayView<T> Left;
    public int LeftRow;
    public int LeftColumn;
    public ArrayView<T> Right;
    public int RightRow;
    public int RightColumn;
    public ArrayView<T> Target;
    public int TargetRow;
    public int TargetColumn;

    /// <summary>[Parts, Rows, Columns].</summary>
    public ArrayView<T> Sums;
    public T Factor;
    public int Accumulate;
}
