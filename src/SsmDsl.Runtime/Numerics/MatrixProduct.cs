using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <summary>
/// c[i, j] (+)= Σ_k a[i, k]·b[k, j] with any strides, on one thread. Register-blocked: a tile of rows × two vectors of columns
/// stays in accumulators while k runs (8 × 2 with 32 registers, 6 × 2 with 16), b is packed into panels that stay in the
/// first-level cache. Each element is summed in order of k within blocks of <see cref="Depth"/>, the same for every caller,
/// so that results do not depend on how rows are shared out to threads.
/// </summary>
public static unsafe class MatrixProduct
{
    private const int Depth = 256;

    /// <summary>float32; FLOPs 2·m·n·k.</summary>
    /// <param name="ai">Stride of a between rows i, in elements; <paramref name="ak"/> between columns k; and so on.</param>
    /// <param name="accumulate">Adds to c instead of replacing it.</param>
    public static void Run(nint m, nint n, nint k, float* a, nint ai, nint ak, float* b, nint bk, nint bj, float* c, nint ci, nint cj, bool accumulate)
    {
        if (cj != 1 && ci == 1) Run(n, m, k, b, bj, bk, a, ak, ai, c, cj, ci, accumulate);
        else if (Vector512.IsHardwareAccelerated) Product<float, Lanes512Single, Vector512<float>>(8, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<float, Lanes256Single, Vector256<float>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, accumulate);
        else Product<float, Lanes128Single, Vector128<float>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, accumulate);
    }

    /// <inheritdoc cref="Run(nint, nint, nint, float*, nint, nint, float*, nint, nint, float*, nint, nint, bool)"/>
    public static void Run(nint m, nint n, nint k, double* a, nint ai, nint ak, double* b, nint bk, nint bj, double* c, nint ci, nint cj, bool accumulate)
    {
        if (cj != 1 && ci == 1) Run(n, m, k, b, bj, bk, a, ak, ai, c, cj, ci, accumulate);
        else if (Vector512.IsHardwareAccelerated) Product<double, Lanes512Double, Vector512<double>>(8, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<double, Lanes256Double, Vector256<double>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, accumulate);
        else Product<double, Lanes128Double, Vector128<double>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, accumulate);
    }

    [SkipLocalsInit]
    private static void Product<T, TLanes, V>(int rows, nint m, nint n, nint k, T* a, nint ai, nint ak, T* b, nint bk, nint bj, T* c, nint ci, nint cj, bool accumulate)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        int columns = 2 * TLanes.Width;
        T* panel = stackalloc T[Depth * columns];
        T* tile = stackalloc T[8 * columns];
        if (k == 0 && !accumulate) Clear(m, n, c, ci, cj);
        for (nint first = 0; first < k; first += Depth)
        {
            nint depth = Math.Min(Depth, k - first);
            bool add = accumulate || first > 0;
            for (nint j = 0; j < n; j += columns)
            {
                int width = (int)Math.Min(columns, n - j);
                Pack(panel, columns, width, depth, b + first * bk + j * bj, bk, bj);
                for (nint i = 0; i < m;)
                {
                    T* left = a + i * ai + first * ak;
                    T* place = c + i * ci + j * cj;
                    int height = (int)Math.Min(rows, m - i);
                    if (height == rows && width == columns && cj == 1)
                    {
                        if (rows == 8) Tile8<T, TLanes, V>(depth, left, ai, ak, panel, place, ci, add);
                        else Tile6<T, TLanes, V>(depth, left, ai, ak, panel, place, ci, add);
                        i += rows;
                        continue;
                    }

                    // An edge: into a small tile, then element by element to its place.
                    height = Math.Min(height, 4);
                    for (int r = 0; r < height; r++) Row<T, TLanes, V>(depth, left + r * ai, ak, panel, tile + r * columns);
                    Spill<T, TLanes, V>(tile, columns, height, width, place, ci, cj, add);
                    i += height;
                }
            }
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

    private static void Pack<T>(T* panel, int columns, int width, nint depth, T* b, nint bk, nint bj)
        where T : unmanaged
    {
        for (nint k = 0; k < depth; k++)
        {
            T* to = panel + k * columns;
            T* from = b + k * bk;
            if (bj == 1 && width == columns)
            {
                Unsafe.CopyBlockUnaligned(to, from, (uint)(columns * sizeof(T)));
                continue;
            }

            for (int j = 0; j < width; j++) to[j] = from[j * bj];
            for (int j = width; j < columns; j++) to[j] = default;
        }
    }

    private static void Spill<T, TLanes, V>(T* tile, int columns, int height, int width, T* c, nint ci, nint cj, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        for (int r = 0; r < height; r++)
        {
            for (int j = 0; j < width; j++)
            {
                T* place = c + r * ci + j * cj;
                *place = add ? TLanes.Add(*place, tile[r * columns + j]) : tile[r * columns + j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<T, TLanes, V>(nint depth, T* a, nint ak, T* panel, T* to)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        (V x, V y) = (default, default);
        for (nint k = 0; k < depth; k++, panel += 2 * TLanes.Width)
        {
            V left = TLanes.Broadcast(a[k * ak]);
            x = TLanes.MultiplyAdd(left, TLanes.Load(panel), x);
            y = TLanes.MultiplyAdd(left, TLanes.Load(panel + TLanes.Width), y);
        }

        TLanes.Store(x, to);
        TLanes.Store(y, to + TLanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8<T, TLanes, V>(nint depth, T* a, nint ai, nint ak, T* panel, T* c, nint ci, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        V x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        T* upper = a + 4 * ai;
        for (nint k = 0; k < depth; k++)
        {
            V p = TLanes.Load(panel), q = TLanes.Load(panel + TLanes.Width);
            panel += 2 * TLanes.Width;
            V left = TLanes.Broadcast(*a);
            (x0, y0) = (TLanes.MultiplyAdd(left, p, x0), TLanes.MultiplyAdd(left, q, y0));
            left = TLanes.Broadcast(a[ai]);
            (x1, y1) = (TLanes.MultiplyAdd(left, p, x1), TLanes.MultiplyAdd(left, q, y1));
            left = TLanes.Broadcast(a[2 * ai]);
            (x2, y2) = (TLanes.MultiplyAdd(left, p, x2), TLanes.MultiplyAdd(left, q, y2));
            left = TLanes.Broadcast(a[3 * ai]);
            (x3, y3) = (TLanes.MultiplyAdd(left, p, x3), TLanes.MultiplyAdd(left, q, y3));
            left = TLanes.Broadcast(*upper);
            (x4, y4) = (TLanes.MultiplyAdd(left, p, x4), TLanes.MultiplyAdd(left, q, y4));
            left = TLanes.Broadcast(upper[ai]);
            (x5, y5) = (TLanes.MultiplyAdd(left, p, x5), TLanes.MultiplyAdd(left, q, y5));
            left = TLanes.Broadcast(upper[2 * ai]);
            (x6, y6) = (TLanes.MultiplyAdd(left, p, x6), TLanes.MultiplyAdd(left, q, y6));
            left = TLanes.Broadcast(upper[3 * ai]);
            (x7, y7) = (TLanes.MultiplyAdd(left, p, x7), TLanes.MultiplyAdd(left, q, y7));
            a += ak;
            upper += ak;
        }

        Put<T, TLanes, V>(x0, y0, c, add);
        Put<T, TLanes, V>(x1, y1, c + ci, add);
        Put<T, TLanes, V>(x2, y2, c + 2 * ci, add);
        Put<T, TLanes, V>(x3, y3, c + 3 * ci, add);
        Put<T, TLanes, V>(x4, y4, c + 4 * ci, add);
        Put<T, TLanes, V>(x5, y5, c + 5 * ci, add);
        Put<T, TLanes, V>(x6, y6, c + 6 * ci, add);
        Put<T, TLanes, V>(x7, y7, c + 7 * ci, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6<T, TLanes, V>(nint depth, T* a, nint ai, nint ak, T* panel, T* c, nint ci, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        V x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default;
        V y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        T* upper = a + 3 * ai;
        for (nint k = 0; k < depth; k++)
        {
            V p = TLanes.Load(panel), q = TLanes.Load(panel + TLanes.Width);
            panel += 2 * TLanes.Width;
            V left = TLanes.Broadcast(*a);
            (x0, y0) = (TLanes.MultiplyAdd(left, p, x0), TLanes.MultiplyAdd(left, q, y0));
            left = TLanes.Broadcast(a[ai]);
            (x1, y1) = (TLanes.MultiplyAdd(left, p, x1), TLanes.MultiplyAdd(left, q, y1));
            left = TLanes.Broadcast(a[2 * ai]);
            (x2, y2) = (TLanes.MultiplyAdd(left, p, x2), TLanes.MultiplyAdd(left, q, y2));
            left = TLanes.Broadcast(*upper);
            (x3, y3) = (TLanes.MultiplyAdd(left, p, x3), TLanes.MultiplyAdd(left, q, y3));
            left = TLanes.Broadcast(upper[ai]);
            (x4, y4) = (TLanes.MultiplyAdd(left, p, x4), TLanes.MultiplyAdd(left, q, y4));
            left = TLanes.Broadcast(upper[2 * ai]);
            (x5, y5) = (TLanes.MultiplyAdd(left, p, x5), TLanes.MultiplyAdd(left, q, y5));
            a += ak;
            upper += ak;
        }

        Put<T, TLanes, V>(x0, y0, c, add);
        Put<T, TLanes, V>(x1, y1, c + ci, add);
        Put<T, TLanes, V>(x2, y2, c + 2 * ci, add);
        Put<T, TLanes, V>(x3, y3, c + 3 * ci, add);
        Put<T, TLanes, V>(x4, y4, c + 4 * ci, add);
        Put<T, TLanes, V>(x5, y5, c + 5 * ci, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T, TLanes, V>(V x, V y, T* c, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        TLanes.Store(add ? TLanes.Add(TLanes.Load(c), x) : x, c);
        TLanes.Store(add ? TLanes.Add(TLanes.Load(c + TLanes.Width), y) : y, c + TLanes.Width);
    }
}
