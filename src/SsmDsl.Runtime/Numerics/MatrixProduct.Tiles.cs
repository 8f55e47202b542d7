using System.Runtime.CompilerServices;

namespace SsmDsl.Numerics;

/// <content>The inner loops: a tile of the result in registers.</content>
public static unsafe partial class MatrixProduct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<T, TLanes, V>(nint depth, T* a, nint ai, nint ak, T* panel, nint step, T* to)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        V x0 = default, x1 = default, x2 = default, x3 = default, y0 = default, y1 = default, y2 = default, y3 = default;
        for (nint k = 0; k < depth; k++)
        {
            V p = TLanes.Load(panel), q = TLanes.Load(panel + TLanes.Width);
            panel += step;
            V left = TLanes.Broadcast(*a);
            (x0, y0) = (TLanes.MultiplyAdd(left, p, x0), TLanes.MultiplyAdd(left, q, y0));
            left = TLanes.Broadcast(a[ai]);
            (x1, y1) = (TLanes.MultiplyAdd(left, p, x1), TLanes.MultiplyAdd(left, q, y1));
            left = TLanes.Broadcast(a[2 * ai]);
            (x2, y2) = (TLanes.MultiplyAdd(left, p, x2), TLanes.MultiplyAdd(left, q, y2));
            left = TLanes.Broadcast(a[3 * ai]);
            (x3, y3) = (TLanes.MultiplyAdd(left, p, x3), TLanes.MultiplyAdd(left, q, y3));
            a += ak;
        }

        int columns = 2 * TLanes.Width;
        Put<T, TLanes, V>(x0, y0, to, false);
        Put<T, TLanes, V>(x1, y1, to + columns, false);
        Put<T, TLanes, V>(x2, y2, to + 2 * columns, false);
        Put<T, TLanes, V>(x3, y3, to + 3 * columns, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<T, TLanes, V>(nint depth, T* a, nint ak, T* panel, nint step, T* to)
        where T : unmanaged
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        (V x, V y) = (default, default);
        for (nint k = 0; k < depth; k++, panel += step)
        {
            V left = TLanes.Broadcast(a[k * ak]);
            x = TLanes.MultiplyAdd(left, TLanes.Load(panel), x);
            y = TLanes.MultiplyAdd(left, TLanes.Load(panel + TLanes.Width), y);
        }

        TLanes.Store(x, to);
        TLanes.Store(y, to + TLanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8<T, TLanes, V>(nint depth, T* a, nint ai, nint ak, T* panel, nint step, T* c, nint ci, bool add)
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
            panel += step;
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
    private static void Tile6<T, TLanes, V>(nint depth, T* a, nint ai, nint ak, T* panel, nint step, T* c, nint ci, bool add)
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
            panel += step;
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
