using System.Numerics;
using System.Runtime.CompilerServices;
using SsmDsl.Memory;
using SsmDsl.Programs;

namespace SsmDsl.Numerics;

/// <content>
/// Products of long thin matrices into a small one, as gradients of weights are: the threads share k, so that both matrices are
/// read once and in order. k is cut into parts that depend on the sizes alone; their products are added in order of k.
/// </content>
public static unsafe partial class MatrixProduct
{
    // Elements of the result that each part has, the least length of a part, and how many parts there are at most.
    private const nint MostPartial = 1 << 16, LeastPart = 128, MostParts = 16;

    // Partial results of the calls of a thread.
    [ThreadStatic]
    private static NativeBlock? partials;

    private static bool IsDeep(nint m, nint n, nint k) => m > 0 && n > 0 && m * n <= MostPartial && Parts(m, n, k) > 1;

    /// <summary>Partial results are no more than half of what is read.</summary>
    private static nint Parts(nint m, nint n, nint k) => Math.Min(Math.Min(MostParts, k / LeastPart), k * (m + n) / (2 * m * n));

    private static void DeepProduct<T, TLanes, V>(DeepContext<T> product, T* c, nint ci, nint cj, bool accumulate)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        (nint m, nint n, nint k) = (product.M, product.N, product.K);
        nint parts = Parts(m, n, k);
        product.Part = (k + parts - 1) / parts;
        parts = (k + product.Part - 1) / product.Part;
        nint elements = m * n;
        product.Partials = (T*)Scratch(parts * elements * sizeof(T));
        if (WorkPool.Current is { } pool) pool.For(parts, &DeepPart<T, TLanes, V>, &product);
        else for (nint part = 0; part < parts; part++) DeepPart<T, TLanes, V>(part, &product);

        Sum<T, TLanes, V>(product.Partials, elements, parts);
        for (nint i = 0; i < m; i++)
        {
            T* sum = product.Partials + i * n, to = c + i * ci;
            if (accumulate) for (nint j = 0; j < n; j++) to[j * cj] += sum[j];
            else for (nint j = 0; j < n; j++) to[j * cj] = sum[j];
        }
    }

    private static void DeepPart<T, TLanes, V>(nint part, void* context)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        var product = (DeepContext<T>*)context;
        nint first = part * product->Part;
        Blocks<T, TLanes, V>(
            product->Rows, product->M, product->N, Math.Min(product->Part, product->K - first),
            product->A + first * product->Ak, 1, product->Ak, product->B + first * product->Bk, product->Bk, 1,
            product->Partials + part * product->M * product->N, product->N, 1, product->Factor, accumulate: false);
    }

    /// <summary>Adds all parts to the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<T, TLanes, V>(T* parts, nint elements, nint count)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        nint at = 0;
        for (; at + TLanes.Width <= elements; at += TLanes.Width)
        {
            V sum = TLanes.Load(parts + at);
            for (nint part = 1; part < count; part++) sum = TLanes.Add(sum, TLanes.Load(parts + part * elements + at));
            TLanes.Store(sum, parts + at);
        }

        for (; at < elements; at++)
        {
            for (nint part = 1; part < count; part++) parts[at] += parts[part * elements + at];
        }
    }

    private static void* Scratch(nint bytes)
    {
        if (partials is null || partials.Bytes < bytes)
        {
            partials?.Dispose();
            partials = new NativeBlock(bytes);
        }

        return partials.Pointer;
    }

    private struct DeepContext<T>
        where T : unmanaged
    {
        public int Rows;
        public nint M, N, K, Ak, Bk, Part;
        public T* A, B, Partials;
        public T Factor;
    }
}
