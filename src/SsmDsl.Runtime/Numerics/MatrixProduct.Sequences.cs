using System.Numerics;
using System.Runtime.Intrinsics;
using SsmDsl.Programs;

namespace SsmDsl.Numerics;

/// <content>
/// Products summed over the steps of sequences, for each group of sequences: what each adds is computed while the sequence is in
/// caches near the thread. The order of a sum follows from the sequence's place in its group alone.
/// </content>
public static unsafe partial class MatrixProduct
{
    // Items there should be where all sequences run at once.
    private const nint WantedItems = 16;

    /// <summary>
    /// c[g, i, j] (+)= factor·Σ_b Σ_t a[b, t, i]·b[b, t, j] over the sequences b of the group g that are among those given; what a
    /// group's first sequence gives replaces c.
    /// </summary>
    /// <param name="name">What it is called where time is measured.</param>
    /// <param name="first">The first sequence: a and b begin there, c at the first group.</param>
    /// <param name="count">How many sequences.</param>
    /// <param name="group">Sequences of a group.</param>
    /// <param name="k">Steps.</param>
    /// <param name="aSequence">From a sequence to the next, in elements; <paramref name="ak"/> from a step to the next; and so on.</param>
    /// <param name="accumulate">Adds what the first sequence gives as well.</param>
    public static void OverSequences(
        in ProgramRun run, string name, nint first, nint count, nint group, nint m, nint n, nint k,
        float* a, nint aSequence, nint ak, float* b, nint bSequence, nint bk, float* c, nint cGroup, nint ci, float factor, bool accumulate)
    {
        SequencesContext<float> product = new(first, first + count, group, m, n, k, a, aSequence, ak, b, bSequence, bk, c, cGroup, ci, factor, accumulate);
        if (Vector512.IsHardwareAccelerated) OverSequences<float, Lanes512Single, Vector512<float>>(run, name, 8, product);
        else if (Vector256.IsHardwareAccelerated) OverSequences<float, Lanes256Single, Vector256<float>>(run, name, 6, product);
        else OverSequences<float, Lanes128Single, Vector128<float>>(run, name, 6, product);
    }

    /// <inheritdoc cref="OverSequences(in ProgramRun, string, nint, nint, nint, nint, nint, nint, float*, nint, nint, float*, nint, nint, float*, nint, nint, float, bool)"/>
    public static void OverSequences(
        in ProgramRun run, string name, nint first, nint count, nint group, nint m, nint n, nint k,
        double* a, nint aSequence, nint ak, double* b, nint bSequence, nint bk, double* c, nint cGroup, nint ci, double factor, bool accumulate)
    {
        SequencesContext<double> product = new(first, first + count, group, m, n, k, a, aSequence, ak, b, bSequence, bk, c, cGroup, ci, factor, accumulate);
        if (Vector512.IsHardwareAccelerated) OverSequences<double, Lanes512Double, Vector512<double>>(run, name, 8, product);
        else if (Vector256.IsHardwareAccelerated) OverSequences<double, Lanes256Double, Vector256<double>>(run, name, 6, product);
        else OverSequences<double, Lanes128Double, Vector128<double>>(run, name, 6, product);
    }

    private static void OverSequences<T, TLanes, V>(in ProgramRun run, string name, int rows, SequencesContext<T> product)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        product.Rows = rows;
        nint groups = Positions.Ceiling(product.End, product.Group) - product.First / product.Group;
        product.Columns = product.N;
        product.Height = product.M;
        if (product.End - product.First == run.Dims[0])
        {
            // All sequences at once. Parts of a result, whole tiles of them, are items where there are few groups.
            int panel = 2 * TLanes.Width;
            nint parts = Positions.Ceiling(WantedItems, Math.Max(1, groups));
            product.Columns = Math.Max(1, Positions.Ceiling(product.N, panel) / parts) * panel;
            parts = Positions.Ceiling(parts, Positions.Ceiling(product.N, product.Columns));
            product.Height = Math.Max(1, Positions.Ceiling(product.M, 4 * rows) / parts) * 4 * rows;
        }

        run.Pool.For(groups * product.ColumnParts * product.RowParts, &SequencesItem<T, TLanes, V>, &product, name);
    }

    private static void SequencesItem<T, TLanes, V>(nint item, void* context)
        where T : unmanaged, INumberBase<T>
        where TLanes : ILanes<T, V>
        where V : unmanaged
    {
        var product = (SequencesContext<T>*)context;
        nint i = item % product->RowParts * product->Height, j = item / product->RowParts % product->ColumnParts * product->Columns;
        nint group = product->First / product->Group + item / product->RowParts / product->ColumnParts;
        nint start = group * product->Group, end = Math.Min(start + product->Group, product->End);
        nint m = Math.Min(product->Height, product->M - i), n = Math.Min(product->Columns, product->N - j);
        T* c = product->C + group * product->CGroup + i * product->Ci + j;
        for (nint sequence = Math.Max(start, product->First); sequence < end; sequence++)
        {
            nint at = sequence - product->First;
            Blocks<T, TLanes, V>(
                product->Rows, m, n, product->K, product->A + at * product->ASequence + i, 1, product->Ak, product->B + at * product->BSequence + j, product->Bk, 1,
                c, product->Ci, 1, product->Factor, product->Accumulate || sequence > start);
        }
    }

    private struct SequencesContext<T>(
        nint first, nint end, nint group, nint m, nint n, nint k, T* a, nint aSequence, nint ak, T* b, nint bSequence, nint bk, T* c, nint cGroup, nint ci,
        T factor, bool accumulate)
        where T : unmanaged
    {
        public readonly nint First = first, End = end, Group = group, M = m, N = n, K = k, ASequence = aSequence, Ak = ak, BSequence = bSequence, Bk = bk, CGroup = cGroup, Ci = ci;
        public readonly T* A = a, B = b, C = c;
        public readonly T Factor = factor;
        public readonly bool Accumulate = accumulate;

        /// <summary>Rows of a tile in registers.</summary>
        public int Rows;

        /// <summary>Rows and columns of an item.</summary>
        public nint Height, Columns;

        public readonly nint RowParts => Positions.Ceiling(M, Height);

        public readonly nint ColumnParts => Positions.Ceiling(N, Columns);
    }
}
