using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Numerics;

/// <summary>
/// c[i, j] (+)= factor·Σ_k a[i, k]·b[k, j] with any strides. Register-blocked: a tile of rows × two vectors of
/// columns stays in accumulators while k runs (8 × 2 with 32 registers, 6 × 2 with 16), b is packed into panels that stay in
/// the first-level cache. The order in which an element is summed follows from the sizes and strides alone, so that results do
/// not depend on how rows and columns are shared out to threads.
/// </summary>
public static unsafe partial class MatrixProduct
{
    private const int Depth = 256;

    /// <summary>float32; FLOPs 2·m·n·k.</summary>
    /// <param name="ai">Stride of a between rows i, in elements; <paramref name="ak"/> between columns k; and so on.</param>
    /// <param name="accumulate">Adds to c instead of replacing it.</param>
    /// <param name="of">Rows of the product that these are a part of: rows are summed in the same way wherever it is cut.</param>
    public static void Run(
        nint m, nint n, nint k, float* a, nint ai, nint ak, float* b, nint bk, nint bj, float* c, nint ci, nint cj, float factor, bool accumulate, nint of = 0)
    {
        if (cj != 1 && ci == 1) Run(n, m, k, b, bj, bk, a, ak, ai, c, cj, ci, factor, accumulate);
        else if (Vector512.IsHardwareAccelerated) Product<float, Lanes512Single, Vector512<float>>(8, Math.Max(m, of), m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<float, Lanes256Single, Vector256<float>>(6, Math.Max(m, of), m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else Product<float, Lanes128Single, Vector128<float>>(6, Math.Max(m, of), m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
    }

    /// <inheritdoc cref="Run(nint, nint, nint, float*, nint, nint, float*, nint, nint, float*, nint, nint, float, bool, nint)"/>
    public static void Run(
        nint m, nint n, nint k, double* a, nint ai, nint ak, double* b, nint bk, nint bj, double* c, nint ci, nint cj, double factor, bool accumulate, nint of = 0)
    {
        if (cj != 1 && ci == 1) Run(n, m, k, b, bj, bk, a, ak, ai, c, cj, ci, factor, accumulate);
        else if (Vector512.IsHardwareAccelerated) Product<double, Lanes512Double, Vector512<double>>(8, Math.Max(m, of), m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<double, Lanes256Double, Vector256<double>>(6, Math.Max(m, of), m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else Product<double, Lanes128Double, Vector128<double>>(6, Math.Max(m, of), m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
    }

    private static void Product<T, TLanes, V>(
        int rows, nint all, nint m, nint n, nint k, T* a, nint ai, nint ak, T* b, nint bk, nint bj, T* c, nint ci, nint cj, T factor, bool accumulate)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        if (all <= FewRows && k > 0 && ak == 1 && (bk == 1 || bj == 1))
        {
            FewRowsProduct<T, TLanes, V>(new() { M = m, N = n, K = k, A = a, Ai = ai, B = b, Bk = bk, Bj = bj, C = c, Ci = ci, Cj = cj, Factor = factor, Accumulate = accumulate });
        }
        else if (ai == 1 && bj == 1 && IsDeep(m, n, k))
        {
            DeepProduct<T, TLanes, V>(new() { Rows = rows, M = m, N = n, K = k, A = a, Ak = ak, B = b, Bk = bk, Factor = factor }, c, ci, cj, accumulate);
        }
        else
        {
            Blocks<T, TLanes, V>(rows, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        }
    }

    /// <summary>On one thread, b packed panel by panel.</summary>
    [SkipLocalsInit]
    private static void Blocks<T, TLanes, V>(
        int rows, nint m, nint n, nint k, T* a, nint ai, nint ak, T* b, nint bk, nint bj, T* c, nint ci, nint cj, T factor, bool accumulate)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        int columns = 2 * TLanes.Width;
        T* packed = stackalloc T[Depth * columns];
        T* tile = stackalloc T[8 * columns];
        if (k == 0 && !accumulate) Clear(m, n, c, ci, cj);
        for (nint first = 0; first < k; first += Depth)
        {
            nint depth = Math.Min(Depth, k - first);
            bool add = accumulate || first > 0;
            for (nint j = 0; j < n; j += columns)
            {
                int width = (int)Math.Min(columns, n - j);
                T* panel = b + first * bk + j * bj;
                nint step = bk;
                if (bj != 1 || width < columns || m > FewRows || factor != T.One)
                {
                    Pack<T, TLanes, V>(packed, columns, width, depth, panel, bk, bj, factor);
                    panel = packed;
                    step = columns;
                }

                RowTiles<T, TLanes, V>(rows, m, width, depth, a + first * ak, ai, ak, panel, step, c + j * cj, ci, cj, add, tile);
            }
        }
    }

    /// <summary>With matrix b in panels of its own.</summary>
    [SkipLocalsInit]
    private static void PanelTiles<T, TLanes, V>(int rows, nint m, nint n, nint k, T* a, nint ai, nint ak, T* panels, T* c, nint ci, bool accumulate)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        int columns = 2 * TLanes.Width;
        T* tile = stackalloc T[8 * columns];
        if (k == 0 && !accumulate) Clear(m, n, c, ci, 1);
        for (nint first = 0; first < k; first += Depth)
        {
            for (nint j = 0; j < n; j += columns)
            {
                T* panel = panels + (j / PanelColumns * k + first) * PanelColumns + j % PanelColumns;
                int width = (int)Math.Min(columns, n - j);
                RowTiles<T, TLanes, V>(rows, m, width, Math.Min(Depth, k - first), a + first * ak, ai, ak, panel, PanelColumns, c + j, ci, 1, accumulate || first > 0, tile);
            }
        }
    }

    /// <summary>All rows by one panel of columns.</summary>
    private static void RowTiles<T, TLanes, V>(
        int rows, nint m, int width, nint depth, T* a, nint ai, nint ak, T* panel, nint step, T* c, nint ci, nint cj, bool add, T* tile)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        int columns = 2 * TLanes.Width;
        for (nint i = 0; i < m;)
        {
            T* left = a + i * ai;
            T* place = c + i * ci;
            int height = (int)Math.Min(rows, m - i);
            if (height == rows && width == columns && cj == 1)
            {
                if (rows == 8) Tile8<T, TLanes, V>(depth, left, ai, ak, panel, step, place, ci, add);
                else Tile6<T, TLanes, V>(depth, left, ai, ak, panel, step, place, ci, add);
                i += rows;
                continue;
            }

            // An edge: into a small tile, then element by element to its place. Four rows take no longer than one: some may be there already.
            height = Math.Min(height, 4);
            int again = height < 4 && i >= 4 ? 4 - height : 0;
            if (height + again == 4) Rows4<T, TLanes, V>(depth, left - again * ai, ai, ak, panel, step, tile);
            else for (int r = 0; r < height; r++) Row<T, TLanes, V>(depth, left + r * ai, ak, panel, step, tile + r * columns);
            Spill<T, TLanes, V>(tile + again * columns, columns, height, width, place, ci, cj, add);
            i += height;
        }
    }

    private static void Clear<T>(nint m, nint n, T* c, nint ci, nint cj)
        where T : unmanaged
    {
        for (nint i = 0; i < m; i++)
        {
            for (nint j = 0; j < n; j++) c[i * ci + j * cj] = default;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack<T, TLanes, V>(T* panel, int columns, int width, nint depth, T* b, nint bk, nint bj, T factor)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        if (bj == 1 && width == columns)
        {
            for (nint k = 0; k < depth; k++) Unsafe.CopyBlockUnaligned(panel + k * columns, b + k * bk, (uint)(columns * sizeof(T)));
        }
        else
        {
            nint done = bk == 1 && typeof(T) == typeof(float) && Sse.IsSupported ? Transpose((float*)panel, columns, width, depth, (float*)b, bj) : 0;
            for (int j = 0; j < columns; j++)
            {
                T* to = panel + j;
                T* from = b + j * bj;
                if (j >= width) for (nint k = 0; k < depth; k++) to[k * columns] = default;
                else for (nint k = j < width / 4 * 4 ? done : 0; k < depth; k++) to[k * columns] = from[k * bk];
            }
        }

        if (factor == T.One) return;
        V by = TLanes.Broadcast(factor), nothing = default;
        for (T* end = panel + depth * columns; panel < end; panel += TLanes.Width) TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(panel), by, nothing), panel);
    }

    private static void Spill<T, TLanes, V>(T* tile, int columns, int height, int width, T* c, nint ci, nint cj, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        if (width == columns && cj == 1)
        {
            for (int r = 0; r < height; r++, tile += columns) Put<T, TLanes, V>(TLanes.Load(tile), TLanes.Load(tile + TLanes.Width), c + r * ci, add);
            return;
        }

        for (int r = 0; r < height; r++)
        {
            for (int j = 0; j < width; j++)
            {
                T* place = c + r * ci + j * cj;
                *place = add ? TLanes.Add(*place, tile[r * columns + j]) : tile[r * columns + j];
            }
        }
    }
}
