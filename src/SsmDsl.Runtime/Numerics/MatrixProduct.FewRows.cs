using System.Numerics;
using System.Runtime.CompilerServices;
using SsmDsl.Programs;

namespace SsmDsl.Numerics;

/// <content>
/// Products with few rows read b once, as it lies in memory, and take no longer than that: packing it would cost more than the
/// product. Where b is large, the threads of the run share its columns.
/// </content>
public static unsafe partial class MatrixProduct
{
    // So few rows do not pay for packing.
    private const int FewRows = 16;

    // Elements of b that are an item of work, and from how many items on threads are asked to help.
    private const nint ItemElements = 1 << 15, LeastItems = 2;

    // Elements of b that are used for all rows while they are near.
    private const nint NearElements = 1 << 12;

    // Columns at a time: dot products along k, or vectors along j.
    private const int DotColumns = 8, WideVectors = 8;

    /// <summary>c (+)= factor·a·b, with a contiguous in k and b contiguous in k or in j.</summary>
    private static void FewRowsProduct<T, TLanes, V>(FewRowsContext<T> product)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        product.IsPlain = product.Cj == 1 && !product.Accumulate && product.Factor == T.One;
        if (product.N * product.K < LeastItems * ItemElements)
        {
            product.Columns = product.N;
            FewRowsItem<T, TLanes, V>(0, &product);
            return;
        }

        // Whole blocks of columns, wherever the border between two items is.
        nint block = product.Bj == 1 ? WideVectors * TLanes.Width : DotColumns;
        product.Columns = Math.Max(1, ItemElements / product.K / block) * block;
        nint items = (product.N + product.Columns - 1) / product.Columns;
        if (WorkPool.Current is { } pool) pool.For(items, &FewRowsItem<T, TLanes, V>, &product);
        else for (nint item = 0; item < items; item++) FewRowsItem<T, TLanes, V>(item, &product);
    }

    private static void FewRowsItem<T, TLanes, V>(nint item, void* context)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        var product = (FewRowsContext<T>*)context;
        nint first = item * product->Columns, end = Math.Min(product->N, first + product->Columns);
        if (product->Bj == 1)
        {
            for (nint i = 0; i < product->M; i++) Wide<T, TLanes, V>(product, i, first, end);
            return;
        }

        // Rows two by two, all of them while some columns are in the first-level cache.
        nint pairs = product->M & ~(nint)1;
        if (pairs > 0)
        {
            nint near = Math.Max(1, NearElements / product->K / 4) * 4;
            for (nint j = first; j < end; j += near)
            {
                for (nint i = 0; i < pairs; i += 2) DotsOfTwo<T, TLanes, V>(product, i, j, Math.Min(end, j + near));
            }
        }

        if (pairs < product->M) DotsOfOne<T, TLanes, V>(product, pairs, first, end);
    }

    /// <summary>One row, eight columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void DotsOfOne<T, TLanes, V>(FewRowsContext<T>* product, nint i, nint first, nint end)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        T* sums = stackalloc T[DotColumns];
        (nint k, nint step) = (product->K, product->Bj);
        T* a = product->A + i * product->Ai;
        nint whole = k / TLanes.Width * TLanes.Width;
        for (nint j = first; j < end; j += DotColumns)
        {
            nint last = end - 1 - j;
            T* p0 = product->B + j * step, p1 = p0 + step, p2 = p1 + step, p3 = p2 + step, p4 = p3 + step, p5 = p4 + step, p6 = p5 + step, p7 = p6 + step;
            if (last < DotColumns - 1)
            {
                // Columns beyond the end are the last one again.
                T* final = p0 + last * step;
                if (last < 1) p1 = final;
                if (last < 2) p2 = final;
                if (last < 3) p3 = final;
                if (last < 4) p4 = final;
                if (last < 5) p5 = final;
                if (last < 6) p6 = final;
                p7 = final;
            }

            V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint at = 0; at < whole; at += TLanes.Width)
            {
                V x = TLanes.Load(a + at);
                s0 = TLanes.MultiplyAdd(x, TLanes.Load(p0 + at), s0);
                s1 = TLanes.MultiplyAdd(x, TLanes.Load(p1 + at), s1);
                s2 = TLanes.MultiplyAdd(x, TLanes.Load(p2 + at), s2);
                s3 = TLanes.MultiplyAdd(x, TLanes.Load(p3 + at), s3);
                s4 = TLanes.MultiplyAdd(x, TLanes.Load(p4 + at), s4);
                s5 = TLanes.MultiplyAdd(x, TLanes.Load(p5 + at), s5);
                s6 = TLanes.MultiplyAdd(x, TLanes.Load(p6 + at), s6);
                s7 = TLanes.MultiplyAdd(x, TLanes.Load(p7 + at), s7);
            }

            if (product->IsPlain && last >= DotColumns - 1 && whole == k)
            {
                TLanes.Totals(s0, s1, s2, s3, s4, s5, s6, s7, product->C + i * product->Ci + j);
                continue;
            }

            TLanes.Totals(s0, s1, s2, s3, s4, s5, s6, s7, sums);
            int columns = (int)Math.Min(DotColumns, last + 1);
            if (whole < k) AddRest(sums, columns, a, p0, step, whole, k);
            Put(product, i, j, columns, sums);
        }
    }

    /// <summary>Two rows, four columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void DotsOfTwo<T, TLanes, V>(FewRowsContext<T>* product, nint i, nint first, nint end)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        T* sums = stackalloc T[DotColumns];
        (nint k, nint step) = (product->K, product->Bj);
        T* a = product->A + i * product->Ai, next = a + product->Ai;
        nint whole = k / TLanes.Width * TLanes.Width;
        for (nint j = first; j < end; j += 4)
        {
            // Columns beyond the end are the last one again.
            int columns = (int)Math.Min(4, end - j);
            T* p0 = product->B + j * step, p1 = p0 + Math.Min(1, columns - 1) * step, p2 = p0 + Math.Min(2, columns - 1) * step, p3 = p0 + (columns - 1) * step;
            V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint at = 0; at < whole; at += TLanes.Width)
            {
                V x = TLanes.Load(a + at), y = TLanes.Load(next + at);
                V p = TLanes.Load(p0 + at), q = TLanes.Load(p1 + at);
                (s0, s4) = (TLanes.MultiplyAdd(x, p, s0), TLanes.MultiplyAdd(y, p, s4));
                (s1, s5) = (TLanes.MultiplyAdd(x, q, s1), TLanes.MultiplyAdd(y, q, s5));
                (p, q) = (TLanes.Load(p2 + at), TLanes.Load(p3 + at));
                (s2, s6) = (TLanes.MultiplyAdd(x, p, s2), TLanes.MultiplyAdd(y, p, s6));
                (s3, s7) = (TLanes.MultiplyAdd(x, q, s3), TLanes.MultiplyAdd(y, q, s7));
            }

            TLanes.Totals(s0, s1, s2, s3, s4, s5, s6, s7, sums);
            if (whole < k)
            {
                AddRest(sums, columns, a, p0, step, whole, k);
                AddRest(sums + 4, columns, next, p0, step, whole, k);
            }

            if (product->IsPlain && columns == 4)
            {
                T* c = product->C + i * product->Ci + j;
                Unsafe.CopyBlockUnaligned(c, sums, (uint)(4 * sizeof(T)));
                Unsafe.CopyBlockUnaligned(c + product->Ci, sums + 4, (uint)(4 * sizeof(T)));
                continue;
            }

            Put(product, i, j, columns, sums);
            Put(product, i + 1, j, columns, sums + 4);
        }
    }

    /// <summary>What whole vectors along k leave.</summary>
    private static void AddRest<T>(T* sums, int columns, T* a, T* b, nint step, nint first, nint k)
        where T : unmanaged, INumberBase<T>
    {
        for (int column = 0; column < columns; column++, b += step)
        {
            T rest = default;
            for (nint at = first; at < k; at++) rest += a[at] * b[at];
            sums[column] += rest;
        }
    }

    /// <summary>One row: eight vectors of columns at a time, then one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Wide<T, TLanes, V>(FewRowsContext<T>* product, nint i, nint j, nint end)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        int wide = WideVectors * TLanes.Width;
        T* sums = stackalloc T[wide];
        (nint k, nint step) = (product->K, product->Bk);
        T* a = product->A + i * product->Ai;
        for (; j + wide <= end; j += wide)
        {
            T* b = product->B + j;
            V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint at = 0; at < k; at++, b += step)
            {
                V x = TLanes.Broadcast(a[at]);
                s0 = TLanes.MultiplyAdd(x, TLanes.Load(b), s0);
                s1 = TLanes.MultiplyAdd(x, TLanes.Load(b + TLanes.Width), s1);
                s2 = TLanes.MultiplyAdd(x, TLanes.Load(b + 2 * TLanes.Width), s2);
                s3 = TLanes.MultiplyAdd(x, TLanes.Load(b + 3 * TLanes.Width), s3);
                s4 = TLanes.MultiplyAdd(x, TLanes.Load(b + 4 * TLanes.Width), s4);
                s5 = TLanes.MultiplyAdd(x, TLanes.Load(b + 5 * TLanes.Width), s5);
                s6 = TLanes.MultiplyAdd(x, TLanes.Load(b + 6 * TLanes.Width), s6);
                s7 = TLanes.MultiplyAdd(x, TLanes.Load(b + 7 * TLanes.Width), s7);
            }

            TLanes.Store(s0, sums);
            TLanes.Store(s1, sums + TLanes.Width);
            TLanes.Store(s2, sums + 2 * TLanes.Width);
            TLanes.Store(s3, sums + 3 * TLanes.Width);
            TLanes.Store(s4, sums + 4 * TLanes.Width);
            TLanes.Store(s5, sums + 5 * TLanes.Width);
            TLanes.Store(s6, sums + 6 * TLanes.Width);
            TLanes.Store(s7, sums + 7 * TLanes.Width);
            Put(product, i, j, wide, sums);
        }

        for (; j + TLanes.Width <= end; j += TLanes.Width)
        {
            Narrow<T, TLanes, V>(k, a, product->B + j, step, sums);
            Put(product, i, j, TLanes.Width, sums);
        }

        int rest = (int)(end - j);
        if (rest == 0) return;
        if (product->N < TLanes.Width)
        {
            for (int column = 0; column < rest; column++) sums[column] = Dot(k, a, product->B + j + column, step);
            Put(product, i, j, rest, sums);
            return;
        }

        // A vector that ends with the last column.
        Narrow<T, TLanes, V>(k, a, product->B + (end - TLanes.Width), step, sums);
        Put(product, i, j, rest, sums + TLanes.Width - rest);
    }

    /// <summary>One vector of columns, four sums side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow<T, TLanes, V>(nint k, T* a, T* b, nint step, T* sums)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        V s0 = default, s1 = default, s2 = default, s3 = default;
        nint at = 0;
        for (; at + 4 <= k; at += 4, b += 4 * step)
        {
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[at]), TLanes.Load(b), s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(a[at + 1]), TLanes.Load(b + step), s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(a[at + 2]), TLanes.Load(b + 2 * step), s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(a[at + 3]), TLanes.Load(b + 3 * step), s3);
        }

        for (; at < k; at++, b += step) s0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[at]), TLanes.Load(b), s0);
        TLanes.Store(TLanes.Add(TLanes.Add(s0, s1), TLanes.Add(s2, s3)), sums);
    }

    private static T Dot<T>(nint k, T* a, T* b, nint step)
        where T : unmanaged, INumberBase<T>
    {
        T sum = default;
        for (nint at = 0; at < k; at++) sum += a[at] * b[at * step];
        return sum;
    }

    private static void Put<T>(FewRowsContext<T>* product, nint i, nint j, int count, T* sums)
        where T : unmanaged, INumberBase<T>
    {
        T* c = product->C + i * product->Ci + j * product->Cj;
        if (product->IsPlain)
        {
            for (int column = 0; column < count; column++) c[column] = sums[column];
            return;
        }

        for (int column = 0; column < count; column++, c += product->Cj)
        {
            T sum = product->Factor * sums[column];
            *c = product->Accumulate ? *c + sum : sum;
        }
    }

    private struct FewRowsContext<T>
        where T : unmanaged
    {
        public nint M, N, K, Ai, Bk, Bj, Ci, Cj, Columns;
        public T* A, B, C;
        public T Factor;
        public bool Accumulate;

        /// <summary>Sums are stored as they are, side by side.</summary>
        public bool IsPlain;
    }
}
