using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SsmDsl.Numerics;

/// <summary>
/// c[i, j] (+)= factor·Σ_k a[i, k]·b[k, j] with any strides, on one thread. Register-blocked: a tile of rows × two vectors of
/// columns stays in accumulators while k runs (8 × 2 with 32 registers, 6 × 2 with 16), b is packed into panels that stay in
/// the first-level cache. Each element is summed in order of k within blocks of <see cref="Depth"/>, whatever its place is, so
/// that results do not depend on how rows and columns are shared out to threads.
/// </summary>
public static unsafe partial class MatrixProduct
{
    private const int Depth = 256;

    // So few rows do not pay for packing where b's rows can be read as they are.
    private const int FewRows = 16;

    /// <summary>float32; FLOPs 2·m·n·k.</summary>
    /// <param name="ai">Stride of a between rows i, in elements; <paramref name="ak"/> between columns k; and so on.</param>
    /// <param name="accumulate">Adds to c instead of replacing it.</param>
    public static void Run(
        nint m, nint n, nint k, float* a, nint ai, nint ak, float* b, nint bk, nint bj, float* c, nint ci, nint cj, float factor, bool accumulate)
    {
        if (cj != 1 && ci == 1) Run(n, m, k, b, bj, bk, a, ak, ai, c, cj, ci, factor, accumulate);
        else if (Vector512.IsHardwareAccelerated) Product<float, Lanes512Single, Vector512<float>>(8, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<float, Lanes256Single, Vector256<float>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else Product<float, Lanes128Single, Vector128<float>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
    }

    /// <inheritdoc cref="Run(nint, nint, nint, float*, nint, nint, float*, nint, nint, float*, nint, nint, float, bool)"/>
    public static void Run(
        nint m, nint n, nint k, double* a, nint ai, nint ak, double* b, nint bk, nint bj, double* c, nint ci, nint cj, double factor, bool accumulate)
    {
        if (cj != 1 && ci == 1) Run(n, m, k, b, bj, bk, a, ak, ai, c, cj, ci, factor, accumulate);
        else if (Vector512.IsHardwareAccelerated) Product<double, Lanes512Double, Vector512<double>>(8, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<double, Lanes256Double, Vector256<double>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
        else Product<double, Lanes128Double, Vector128<double>>(6, m, n, k, a, ai, ak, b, bk, bj, c, ci, cj, factor, accumulate);
    }

    [SkipLocalsInit]
    private static void Product<T, TLanes, V>(
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

                for (nint i = 0; i < m;)
                {
                    T* left = a + i * ai + first * ak;
                    T* place = c + i * ci + j * cj;
                    int height = (int)Math.Min(rows, m - i);
                    if (height == rows && width == columns && cj == 1)
                    {
                        if (rows == 8) Tile8<T, TLanes, V>(depth, left, ai, ak, panel, step, place, ci, add);
                        else Tile6<T, TLanes, V>(depth, left, ai, ak, panel, step, place, ci, add);
                        i += rows;
                        continue;
                    }

                    // An edge: into a small tile, then element by element to its place.
                    height = Math.Min(height, 4);
                    if (height == 4) Rows4<T, TLanes, V>(depth, left, ai, ak, panel, step, tile);
                    else for (int r = 0; r < height; r++) Row<T, TLanes, V>(depth, left + r * ai, ak, panel, step, tile + r * columns);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack<T, TLanes, V>(T* panel, int columns, int width, nint depth, T* b, nint bk, nint bj, T factor)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        bool isScaled = factor != T.One;
        if (bj == 1 && width == columns && !isScaled)
        {
            for (nint k = 0; k < depth; k++) Unsafe.CopyBlockUnaligned(panel + k * columns, b + k * bk, (uint)(columns * sizeof(T)));
            return;
        }

        if (bj == 1 && width == columns)
        {
            V by = TLanes.Broadcast(factor), nothing = default;
            for (nint k = 0; k < depth; k++)
            {
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(b + k * bk), by, nothing), panel + k * columns);
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(b + k * bk + TLanes.Width), by, nothing), panel + k * columns + TLanes.Width);
            }

            return;
        }

        nint done = 0;
        if (bk == 1 && typeof(T) == typeof(float) && Sse.IsSupported && !isScaled) done = Transpose((float*)panel, columns, width, depth, (float*)b, bj);
        for (int j = 0; j < columns; j++)
        {
            T* to = panel + j;
            T* from = b + j * bj;
            nint k = j < width / 4 * 4 ? done : 0;
            if (j >= width) for (k = 0; k < depth; k++) to[k * columns] = default;
            else if (isScaled) for (; k < depth; k++) to[k * columns] = factor * from[k * bk];
            else for (; k < depth; k++) to[k * columns] = from[k * bk];
        }
    }

    /// <summary>Whole squares of 4 × 4; returns how far k got.</summary>
    private static nint Transpose(float* panel, int columns, int width, nint depth, float* b, nint bj)
    {
        nint k = 0;
        for (; k + 4 <= depth; k += 4)
        {
            for (int j = 0; j + 4 <= width; j += 4)
            {
                float* from = b + j * bj + k, to = panel + k * columns + j;
                Vector128<float> r0 = Vector128.Load(from), r1 = Vector128.Load(from + bj), r2 = Vector128.Load(from + 2 * bj), r3 = Vector128.Load(from + 3 * bj);
                Vector128<float> low01 = Sse.UnpackLow(r0, r1), high01 = Sse.UnpackHigh(r0, r1), low23 = Sse.UnpackLow(r2, r3), high23 = Sse.UnpackHigh(r2, r3);
                Sse.MoveLowToHigh(low01, low23).Store(to);
                Sse.MoveHighToLow(low23, low01).Store(to + columns);
                Sse.MoveLowToHigh(high01, high23).Store(to + 2 * columns);
                Sse.MoveHighToLow(high23, high01).Store(to + 3 * columns);
            }
        }

        return k;
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
}
