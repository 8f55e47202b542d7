using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SsmDsl.Programs;

namespace SsmDsl.Numerics;

/// <content>
/// Products with a matrix that lies in panels of 32 columns, as it is read: one stream of memory from its beginning to its end, which
/// a processor fetches about twice as fast from its second-level cache as columns that lie side by side.
/// </content>
public static unsafe partial class MatrixProduct
{
    /// <summary>Columns of a panel. The element (k, j) of a matrix with K rows is at ((j / 32)·K + k)·32 + j % 32.</summary>
    public const int PanelColumns = 32;

    // From so many rows on, tiles of rows; below, sums of a row side by side.
    private const int TileRows = 8;

    /// <summary>c[i, j] (+)= Σ_k a[i, k]·b[k, j] with c contiguous in j, float32; FLOPs 2·m·n·k.</summary>
    /// <param name="panels">b, in panels of <see cref="PanelColumns"/>, the last of them filled up with zeros.</param>
    /// <inheritdoc cref="Run(nint, nint, nint, float*, nint, nint, float*, nint, nint, float*, nint, nint, float, bool, nint)"/>
    public static void RunPanels(nint m, nint n, nint k, float* a, nint ai, nint ak, float* panels, float* c, nint ci, bool accumulate, nint of = 0)
    {
        if (IsRow(m, n, k, of)) PanelRow(n, k, a, ak, panels, c, accumulate);
        else if (Vector512.IsHardwareAccelerated) PanelProduct<float, Lanes512Single, Vector512<float>>(8, Math.Max(m, of), m, n, k, a, ai, ak, panels, c, ci, accumulate);
        else if (Vector256.IsHardwareAccelerated) PanelProduct<float, Lanes256Single, Vector256<float>>(6, Math.Max(m, of), m, n, k, a, ai, ak, panels, c, ci, accumulate);
        else PanelProduct<float, Lanes128Single, Vector128<float>>(6, Math.Max(m, of), m, n, k, a, ai, ak, panels, c, ci, accumulate);
    }

    /// <inheritdoc cref="RunPanels(nint, nint, nint, float*, nint, nint, float*, float*, nint, bool, nint)"/>
    public static void RunPanels(nint m, nint n, nint k, double* a, nint ai, nint ak, double* panels, double* c, nint ci, bool accumulate, nint of = 0)
    {
        if (IsRow(m, n, k, of)) PanelRow(n, k, a, ak, panels, c, accumulate);
        else if (Vector512.IsHardwareAccelerated) PanelProduct<double, Lanes512Double, Vector512<double>>(8, Math.Max(m, of), m, n, k, a, ai, ak, panels, c, ci, accumulate);
        else if (Vector256.IsHardwareAccelerated) PanelProduct<double, Lanes256Double, Vector256<double>>(6, Math.Max(m, of), m, n, k, a, ai, ak, panels, c, ci, accumulate);
        else PanelProduct<double, Lanes128Double, Vector128<double>>(6, Math.Max(m, of), m, n, k, a, ai, ak, panels, c, ci, accumulate);
    }

    /// <summary>A row alone, of which a step of a stream has many: nothing is done beside the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsRow(nint m, nint n, nint k, nint of) => m == 1 && of <= 1 && n % PanelColumns == 0 && n * k < LeastItems * ItemElements;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PanelRow(nint n, nint k, float* a, nint ak, float* panels, float* c, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated) PanelRow<float, Lanes512Single, Vector512<float>>(n, k, a, ak, panels, c, accumulate);
        else if (Vector256.IsHardwareAccelerated) PanelRow<float, Lanes256Single, Vector256<float>>(n, k, a, ak, panels, c, accumulate);
        else PanelRow<float, Lanes128Single, Vector128<float>>(n, k, a, ak, panels, c, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PanelRow(nint n, nint k, double* a, nint ak, double* panels, double* c, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated) PanelRow<double, Lanes512Double, Vector512<double>>(n, k, a, ak, panels, c, accumulate);
        else if (Vector256.IsHardwareAccelerated) PanelRow<double, Lanes256Double, Vector256<double>>(n, k, a, ak, panels, c, accumulate);
        else PanelRow<double, Lanes128Double, Vector128<double>>(n, k, a, ak, panels, c, accumulate);
    }

    private static void PanelProduct<T, TLanes, V>(
        int rows, nint all, nint m, nint n, nint k, T* a, nint ai, nint ak, T* panels, T* c, nint ci, bool accumulate)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        if (all > FewRows || n * k < LeastItems * ItemElements)
        {
            PanelColumnsOf<T, TLanes, V>(rows, all, m, n, k, a, ai, ak, panels, c, ci, accumulate);
            return;
        }

        // Threads share whole panels.
        nint columns = Math.Max(1, ItemElements / k / PanelColumns) * PanelColumns, items = (n + columns - 1) / columns;
        var product = new PanelContext<T> { Rows = rows, All = all, M = m, N = n, K = k, A = a, Ai = ai, Ak = ak, Panels = panels, C = c, Ci = ci, Accumulate = accumulate, Columns = columns };
        if (WorkPool.Current is { } pool) pool.For(items, &PanelItem<T, TLanes, V>, &product);
        else for (nint item = 0; item < items; item++) PanelItem<T, TLanes, V>(item, &product);
    }

    private static void PanelItem<T, TLanes, V>(nint item, void* context)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        var p = (PanelContext<T>*)context;
        nint first = item * p->Columns, n = Math.Min(p->Columns, p->N - first);
        PanelColumnsOf<T, TLanes, V>(p->Rows, p->All, p->M, n, p->K, p->A, p->Ai, p->Ak, p->Panels + first * p->K, p->C + first, p->Ci, p->Accumulate);
    }

    private static void PanelColumnsOf<T, TLanes, V>(
        int rows, nint all, nint m, nint n, nint k, T* a, nint ai, nint ak, T* panels, T* c, nint ci, bool accumulate)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        if (all >= TileRows)
        {
            PanelTiles<T, TLanes, V>(rows, m, n, k, a, ai, ak, panels, c, ci, accumulate);
            return;
        }

        // Several rows one after the other, while a panel is in the first-level cache.
        nint whole = n & ~(nint)(PanelColumns - 1), near = m == 1 ? whole : PanelColumns;
        for (nint j = 0; j < whole; j += near)
        {
            for (nint i = 0; i < m; i++) PanelRow<T, TLanes, V>(near, k, a + i * ai, ak, panels + j * k, c + i * ci + j, accumulate);
        }

        if (whole == n) return;
        for (nint i = 0; i < m; i++) LastPanelRow<T, TLanes, V>((int)(n - whole), k, a + i * ai, ak, panels + whole * k, c + i * ci + whole, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PanelRow<T, TLanes, V>(nint n, nint k, T* a, nint ak, T* panels, T* c, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        switch (PanelColumns / TLanes.Width)
        {
            case 2:
                PanelsOfTwo<T, TLanes, V>(n, k, a, ak, panels, c, add);
                break;
            case 4:
                PanelsOfFour<T, TLanes, V>(n, k, a, ak, panels, c, add);
                break;
            default:
                int part = 8 * TLanes.Width;
                for (nint j = 0; j < n; j += part) EightVectors<T, TLanes, V>(k, a, ak, panels + j / PanelColumns * PanelColumns * k + j % PanelColumns, c + j, add);
                break;
        }
    }

    [SkipLocalsInit]
    private static void LastPanelRow<T, TLanes, V>(int n, nint k, T* a, nint ak, T* panel, T* c, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        T* sums = stackalloc T[PanelColumns];
        PanelRow<T, TLanes, V>(PanelColumns, k, a, ak, panel, sums, false);
        for (int j = 0; j < n; j++) c[j] = add ? TLanes.Add(c[j], sums[j]) : sums[j];
    }

    /// <summary>Panels two vectors wide: four rows of a panel at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PanelsOfTwo<T, TLanes, V>(nint n, nint k, T* a, nint ak, T* b, T* c, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        for (T* end = c + n; c < end; c += PanelColumns)
        {
            V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            T* x = a;
            nint left = k;
            for (; left >= 4; left -= 4, x += 4 * ak, b += 4 * PanelColumns)
            {
                V e = TLanes.Broadcast(*x);
                s0 = TLanes.MultiplyAdd(e, TLanes.Load(b), s0);
                s1 = TLanes.MultiplyAdd(e, TLanes.Load(b + TLanes.Width), s1);
                e = TLanes.Broadcast(x[ak]);
                s2 = TLanes.MultiplyAdd(e, TLanes.Load(b + 2 * TLanes.Width), s2);
                s3 = TLanes.MultiplyAdd(e, TLanes.Load(b + 3 * TLanes.Width), s3);
                e = TLanes.Broadcast(x[2 * ak]);
                s4 = TLanes.MultiplyAdd(e, TLanes.Load(b + 4 * TLanes.Width), s4);
                s5 = TLanes.MultiplyAdd(e, TLanes.Load(b + 5 * TLanes.Width), s5);
                e = TLanes.Broadcast(x[3 * ak]);
                s6 = TLanes.MultiplyAdd(e, TLanes.Load(b + 6 * TLanes.Width), s6);
                s7 = TLanes.MultiplyAdd(e, TLanes.Load(b + 7 * TLanes.Width), s7);
            }

            for (; left > 0; left--, x += ak, b += PanelColumns)
            {
                V e = TLanes.Broadcast(*x);
                s0 = TLanes.MultiplyAdd(e, TLanes.Load(b), s0);
                s1 = TLanes.MultiplyAdd(e, TLanes.Load(b + TLanes.Width), s1);
            }

            Put<T, TLanes, V>(TLanes.Add(TLanes.Add(s0, s2), TLanes.Add(s4, s6)), TLanes.Add(TLanes.Add(s1, s3), TLanes.Add(s5, s7)), c, add);
        }
    }

    /// <summary>Panels four vectors wide: two rows of a panel at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PanelsOfFour<T, TLanes, V>(nint n, nint k, T* a, nint ak, T* b, T* c, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        for (T* end = c + n; c < end; c += PanelColumns)
        {
            V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            T* x = a;
            nint left = k;
            for (; left >= 2; left -= 2, x += 2 * ak, b += 2 * PanelColumns)
            {
                V e = TLanes.Broadcast(*x);
                s0 = TLanes.MultiplyAdd(e, TLanes.Load(b), s0);
                s1 = TLanes.MultiplyAdd(e, TLanes.Load(b + TLanes.Width), s1);
                s2 = TLanes.MultiplyAdd(e, TLanes.Load(b + 2 * TLanes.Width), s2);
                s3 = TLanes.MultiplyAdd(e, TLanes.Load(b + 3 * TLanes.Width), s3);
                e = TLanes.Broadcast(x[ak]);
                s4 = TLanes.MultiplyAdd(e, TLanes.Load(b + 4 * TLanes.Width), s4);
                s5 = TLanes.MultiplyAdd(e, TLanes.Load(b + 5 * TLanes.Width), s5);
                s6 = TLanes.MultiplyAdd(e, TLanes.Load(b + 6 * TLanes.Width), s6);
                s7 = TLanes.MultiplyAdd(e, TLanes.Load(b + 7 * TLanes.Width), s7);
            }

            if (left > 0)
            {
                V e = TLanes.Broadcast(*x);
                s0 = TLanes.MultiplyAdd(e, TLanes.Load(b), s0);
                s1 = TLanes.MultiplyAdd(e, TLanes.Load(b + TLanes.Width), s1);
                s2 = TLanes.MultiplyAdd(e, TLanes.Load(b + 2 * TLanes.Width), s2);
                s3 = TLanes.MultiplyAdd(e, TLanes.Load(b + 3 * TLanes.Width), s3);
                b += PanelColumns;
            }

            Put<T, TLanes, V>(TLanes.Add(s0, s4), TLanes.Add(s1, s5), c, add);
            Put<T, TLanes, V>(TLanes.Add(s2, s6), TLanes.Add(s3, s7), c + 2 * TLanes.Width, add);
        }
    }

    /// <summary>A part of a panel, eight vectors wide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightVectors<T, TLanes, V>(nint k, T* x, nint ak, T* b, T* c, bool add)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (; k > 0; k--, x += ak, b += PanelColumns)
        {
            V e = TLanes.Broadcast(*x);
            s0 = TLanes.MultiplyAdd(e, TLanes.Load(b), s0);
            s1 = TLanes.MultiplyAdd(e, TLanes.Load(b + TLanes.Width), s1);
            s2 = TLanes.MultiplyAdd(e, TLanes.Load(b + 2 * TLanes.Width), s2);
            s3 = TLanes.MultiplyAdd(e, TLanes.Load(b + 3 * TLanes.Width), s3);
            s4 = TLanes.MultiplyAdd(e, TLanes.Load(b + 4 * TLanes.Width), s4);
            s5 = TLanes.MultiplyAdd(e, TLanes.Load(b + 5 * TLanes.Width), s5);
            s6 = TLanes.MultiplyAdd(e, TLanes.Load(b + 6 * TLanes.Width), s6);
            s7 = TLanes.MultiplyAdd(e, TLanes.Load(b + 7 * TLanes.Width), s7);
        }

        Put<T, TLanes, V>(s0, s1, c, add);
        Put<T, TLanes, V>(s2, s3, c + 2 * TLanes.Width, add);
        Put<T, TLanes, V>(s4, s5, c + 4 * TLanes.Width, add);
        Put<T, TLanes, V>(s6, s7, c + 6 * TLanes.Width, add);
    }

    private struct PanelContext<T>
        where T : unmanaged
    {
        public int Rows;
        public nint All, M, N, K, Ai, Ak, Ci, Columns;
        public T* A, Panels, C;
        public bool Accumulate;
    }
}
