using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>The roles of an equation's indices in a product of matrices.</summary>
/// <param name="All">The indices of the result, in the order of the equation.</param>
/// <param name="Batch">One product for each of their values.</param>
/// <param name="Outer">Summed over, one product after the other.</param>
/// <param name="Rows">One index after the other as rows of the left matrix and of the result.</param>
internal sealed record ProductAxes(
    ImmutableArray<IndexVar> All, ImmutableArray<IndexVar> Batch, ImmutableArray<IndexVar> Outer, Flattened Rows, Flattened Columns, Flattened Depth)
{
    // Below these, a loop in lanes is no slower.
    private const long LeastRows = 4, LeastColumns = 8, LeastDepth = 4;

    /// <param name="left">The matrix with the rows, for every term; <paramref name="right"/> with the columns.</param>
    public static ProductAxes? Of(
        Equation equation, MatrixView target, IReadOnlyList<MatrixView> left, IReadOnlyList<MatrixView> right)
    {
        IndexVar[] rows = [.. equation.Axes.Where(a => left[0].Has(a) && !right[0].Has(a))];
        IndexVar[] columns = [.. equation.Axes.Where(a => right[0].Has(a) && !left[0].Has(a))];
        IndexVar[] batch = [.. equation.Axes.Where(a => right[0].Has(a) && left[0].Has(a))];
        IndexVar[] depth = [.. equation.Reduction!.Axes];
        if (rows.Length + columns.Length + batch.Length != equation.Axes.Length || rows.Length == 0 || columns.Length == 0) return null;
        for (int term = 0; term < left.Count; term++)
        {
            bool sameRoles = depth.Concat(batch).All(a => left[term].Has(a) && right[term].Has(a))
                && rows.All(a => left[term].Has(a) && !right[term].Has(a)) && columns.All(a => right[term].Has(a) && !left[term].Has(a));
            if (!sameRoles) return null;
        }

        (Flattened flatRows, IndexVar[] moreRows) = Flattened.Of(rows, [target, .. left]);
        (Flattened flatColumns, IndexVar[] moreColumns) = Flattened.Of(columns, [target, .. right]);
        (Flattened flatDepth, IndexVar[] outer) = Flattened.Of(depth, [.. left, .. right]);
        bool isWorth = AtLeast(flatRows, LeastRows) && AtLeast(flatColumns, LeastColumns) && AtLeast(flatDepth, LeastDepth)
            && target.Stride(flatColumns.Last).Equals((Dim)1);
        return isWorth ? new ProductAxes(equation.Axes, [.. batch, .. moreRows, .. moreColumns], [.. outer], flatRows, flatColumns, flatDepth) : null;
    }

    private static bool AtLeast(Flattened axis, long least) => !axis.Size.TryGetConstant(out long size) || size >= least;
}

/// <summary>Indices that move as one does.</summary>
internal sealed record Flattened(ImmutableArray<IndexVar> Axes, Dim Size)
{
    /// <summary>The innermost: its stride is that of all.</summary>
    public IndexVar Last => Axes[^1];

    /// <summary>The innermost indices that are one in all matrices, and the others.</summary>
    public static (Flattened, IndexVar[] Others) Of(IndexVar[] indices, IReadOnlyList<MatrixView> views)
    {
        IndexVar last = indices[indices.Length - 1];
        Dim size = last.Size;
        int at = indices.Length - 2;
        for (; at >= 0 && views.All(v => v.Stride(indices[at]).Equals(v.Stride(last) * size)); at--) size *= indices[at].Size;
        return (new Flattened([.. indices.Skip(at + 1)], size), [.. indices.Take(at + 1)]);
    }
}
