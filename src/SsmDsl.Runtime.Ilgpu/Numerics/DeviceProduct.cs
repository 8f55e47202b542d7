using System.Numerics;
using ILGPU;

namespace SsmDsl.Ilgpu.Numerics;

/// <summary>Products of matrices, by the threads of a group together: each thread holds 8 × 8 results in registers.</summary>
public static class DeviceProduct
{
    /// <summary>Threads of a group that computes a tile.</summary>
    public const int Threads = Side * Side;

    /// <summary>Rows and columns of a tile.</summary>
    public const int Tile = 64;

    /// <summary>Elements of a tile.</summary>
    public const int Elements = Tile * Tile;

    /// <summary>Elements of shared memory that a product needs: several products, one after the other, may have the same.</summary>
    public const int Panels = 2 * Tile * Depth;

    /// <summary>Terms of the shortest part of a sum: it should take longer than to write what it gives and to read it again.</summary>
    public const int ShortestPart = 256;

    private const int Side = 8, Depth = 16;

    // That a device should have at once
    private const int Groups = 512;

    /// <summary>In how many tiles so many rows, or columns, are cut.</summary>
    public static nint TilesOf(nint size) => (size + Tile - 1) / Tile;

    /// <summary>In how many parts the sums of a product are cut where its tiles alone would not give a device enough to do.</summary>
    public static nint PartsOf(nint rows, nint columns, nint depth, nint shortest = ShortestPart)
    {
        nint tiles = TilesOf(rows) * TilesOf(columns);
        return tiles == 0 ? 1 : Math.Max(1, Math.Min(depth / shortest, Groups / tiles));
    }

    /// <summary>
    /// target (+)= factor · left · right for a tile, [Tile, Tile]. Every thread of the group calls it. Terms are added in the order of
    /// the depth, so that results are the same each time.
    /// </summary>
    /// <param name="rows">Rows that there are from the tile's first on, more or fewer than <see cref="Tile"/>; so for <paramref name="columns"/>.</param>
    /// <param name="leftStart">Position of the tile's first row; <paramref name="leftRow"/>: elements from row to row; <paramref name="leftColumn"/>: along the depth.</param>
    /// <param name="rightStart">Position of the tile's first column.</param>
    /// <param name="targetStart">Position of the tile's first element.</param>
    /// <param name="accumulate">Adds to the target instead of replacing it.</param>
    /// <param name="panels">Shared memory of <see cref="Panels"/> elements.</param>
    public static void Run<T>(
        int rows, int columns, int depth,
        ArrayView<T> left, int leftStart, int leftRow, int leftColumn,
        ArrayView<T> right, int rightStart, int rightRow, int rightColumn,
        ArrayView<T> target, int targetStart, int targetRow, int targetColumn,
        T factor, bool accumulate, ArrayView<T> panels)
        where T : unmanaged, INumber<T>
    {
        ArrayView<T> a = panels.SubView(0, Tile * Depth), b = panels.SubView(Tile * Depth, Tile * Depth);
        int thread = Group.IdxX, y = thread / Side, x = thread % Side;
        ProductRow<T> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        for (int start = 0; start < depth; start += Depth)
        {
            Load(a, left, leftStart, leftRow, leftColumn, rows, depth, start, thread);
            Load(b, right, rightStart, rightColumn, rightRow, columns, depth, start, thread);
            Group.Barrier();
            for (int k = 0; k < Depth; k++)
            {
                ProductRow<T> row = ProductRow<T>.Of(b, k * Tile + x);
                int at = k * Tile + y;
                r0.Add(a[at], row);
                r1.Add(a[at + Side], row);
                r2.Add(a[at + 2 * Side], row);
                r3.Add(a[at + 3 * Side], row);
                r4.Add(a[at + 4 * Side], row);
                r5.Add(a[at + 5 * Side], row);
                r6.Add(a[at + 6 * Side], row);
                r7.Add(a[at + 7 * Side], row);
            }

            Group.Barrier();
        }

        r0.Store(target, targetStart, targetRow, targetColumn, y, rows, x, columns, factor, accumulate);
        r1.Store(target, targetStart, targetRow, targetColumn, y + Side, rows, x, columns, factor, accumulate);
        r2.Store(target, targetStart, targetRow, targetColumn, y + 2 * Side, rows, x, columns, factor, accumulate);
        r3.Store(target, targetStart, targetRow, targetColumn, y + 3 * Side, rows, x, columns, factor, accumulate);
        r4.Store(target, targetStart, targetRow, targetColumn, y + 4 * Side, rows, x, columns, factor, accumulate);
        r5.Store(target, targetStart, targetRow, targetColumn, y + 5 * Side, rows, x, columns, factor, accumulate);
        r6.Store(target, targetStart, targetRow, targetColumn, y + 6 * Side, rows, x, columns, factor, accumulate);
        r7.Store(target, targetStart, targetRow, targetColumn, y + 7 * Side, rows, x, columns, factor, accumulate);
    }

    /// <summary>
    /// The first element of a tile that a thread goes on with, once all threads have written what they computed; the next is
    /// <see cref="Threads"/> further.
    /// </summary>
    public static int FirstElement()
    {
        Group.Barrier();
        return Group.IdxX;
    }

    /// <summary>A tile's part of a matrix, [Depth, Tile]; zeros beyond its edges. Neighbouring threads read along the smaller stride.</summary>
    private static void Load<T>(
        ArrayView<T> tile, ArrayView<T> matrix, int first, int along, int deep, int count, int depth, int start, int thread)
        where T : unmanaged, INumber<T>
    {
        bool isDeep = deep < along;
        for (int i = thread; i < Tile * Depth; i += Threads)
        {
            int k = isDeep ? i % Depth : i / Tile, n = isDeep ? i / Depth : i % Tile;
            bool isInside = n < count && start + k < depth;
            tile[k * Tile + n] = isInside ? matrix[first + n * along + (start + k) * deep] : T.Zero;
        }
    }
}
