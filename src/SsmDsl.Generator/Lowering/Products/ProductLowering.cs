using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>Lowers equations that are products of matrices: sums over an index of products of two elements.</summary>
internal static class ProductLowering
{
    // Rows of an item where their number is known at run time only: many enough to pay for packing the other matrix.
    public const long ManyRows = 128;

    // An item of fixed size, at least, and how many of them there should be.
    private const long LeastRows = 32, LeastColumns = 32, Items = 8;

    // Elements of a result of which the runtime may hold several: MatrixProduct.MostPartial.
    private const long SmallResult = 1 << 16;

    public static bool IsProduct(Equation equation) => Find(equation) is not null;

    /// <summary>Null if the equation is no product.</summary>
    public static ProductAxes? AxesOf(Equation equation) => Find(equation)?.Axes;

    /// <summary>Null if the equation is none, or a loop does as well.</summary>
    public static Kernel? Lower(Equation equation, string name, LoweringTarget machine)
    {
        if (Find(equation) is not var (axes, target, terms)) return null;
        (long Rows, long Columns) tile = machine.ProductTile != 0 ? (machine.ProductTile, machine.ProductTile)
            : IsDeep(axes, terms) ? (0, 0)
            : Tile(axes);
        return new ProductKernel(axes, target, equation, tile).Build(name, terms);
    }

    /// <summary>
    /// Of a product that is cut into blocks of <see cref="ManyRows"/> rows and not otherwise: how many of the equation's first
    /// indices are its rows. -1 for a product of another form, null for none.
    /// </summary>
    public static int? RowsOf(Equation equation)
    {
        if (Find(equation) is not var (axes, _, _)) return null;
        int count = equation.Axes.TakeWhile(a => !a.Size.IsConstant).Count();
        bool isWhole = axes.Batch.IsEmpty && Tile(axes) == (ManyRows, 0)
            && axes.Rows.Size.Equals(equation.Axes.Take(count).Aggregate((Dim)1, (n, a) => n * a.Size));
        return isWhole ? count : -1;
    }

    /// <summary>
    /// Two matrices that are long and narrow for each of some sequences, read row by row, give a small one for each.
    /// </summary>
    /// <param name="sequences">The index of sequences.</param>
    public static bool IsDeep(Equation equation, IndexVar sequences) => Find(equation) is var (axes, _, terms)
        && axes.Batch.Length == 1 && axes.Batch[0].Size.Equals(sequences.Size) && axes.Outer.IsEmpty && IsDeepAlone(axes, terms);

    /// <summary>Null if the equation is no product.</summary>
    public static (ProductAxes Axes, MatrixView Target, ImmutableArray<(double Factor, MatrixView Left, MatrixView Right)> Terms)? Find(Equation equation)
    {
        if (equation is not { Guard: null, Accumulate: false, Reduction: { Kind: ReduceKind.Sum, Condition: null } }) return null;
        if (equation.Target.Element != ElementType.Real || ProductTerm.Of(equation.Body) is not { } terms) return null;
        if (MatrixView.Of(equation.Target, equation.Left, null) is not { } target) return null;

        // The matrix with the columns is the one that moves with the target's innermost index.
        IndexVar? innermost = equation.Axes.FirstOrDefault(a => target.Stride(a).Equals((Dim)1));
        if (innermost is null) return null;
        var left = new List<MatrixView>();
        var right = new List<MatrixView>();
        foreach (ProductTerm term in terms)
        {
            MatrixView? a = MatrixView.Of(term.Left.Tensor, term.Left.Indices, term.Left.Access);
            MatrixView? b = MatrixView.Of(term.Right.Tensor, term.Right.Indices, term.Right.Access);
            if (a is null || b is null || a.Tensor == equation.Target || b.Tensor == equation.Target) return null;
            left.Add(a.Has(innermost) ? b : a);
            right.Add(a.Has(innermost) ? a : b);
        }

        return ProductAxes.Of(equation, target, left, right) is { } axes && (!left.Concat(right).Any(v => v.IsPanels) || Panels.AreRead(axes, left, right))
            ? (axes, target, [.. terms.Select((t, i) => (t.Factor, left[i], right[i]))])
            : null;
    }

    /// <summary>Rows and columns of an item; 0 for all.</summary>
    public static (long Rows, long Columns) Tile(ProductAxes axes)
    {
        if (!axes.Rows.Size.TryGetConstant(out long rows)) return (ManyRows, 0);
        if (!axes.Columns.Size.TryGetConstant(out long columns)) return (0, ManyRows);
        if (axes.Batch.Any(b => !b.Size.IsConstant)) return (0, 0);

        // Halved until there are enough, the longer side first.
        (long tileRows, long tileColumns) = (rows, columns);
        while (Count(rows, tileRows) * Count(columns, tileColumns) < Items)
        {
            if (tileColumns > LeastColumns && (tileColumns >= tileRows || tileRows <= LeastRows)) tileColumns = Half(tileColumns, LeastColumns);
            else if (tileRows > LeastRows) tileRows = Half(tileRows, LeastRows);
            else break;
        }

        return (tileRows, tileColumns);
    }

    /// <summary>Two long matrices, read row by row, give a small one: one item, within which the runtime shares out the depth.</summary>
    private static bool IsDeep(ProductAxes axes, ImmutableArray<(double Factor, MatrixView Left, MatrixView Right)> terms) =>
        axes.Batch.IsEmpty && IsDeepAlone(axes, terms)
        && axes.Rows.Size.TryGetConstant(out long rows) && axes.Columns.Size.TryGetConstant(out long columns) && rows * columns <= SmallResult;

    private static bool IsDeepAlone(ProductAxes axes, ImmutableArray<(double Factor, MatrixView Left, MatrixView Right)> terms) =>
        !axes.Depth.Size.IsConstant && axes.Rows.Size.IsConstant && axes.Columns.Size.IsConstant
        && terms.All(t => t.Left.Stride(axes.Rows.Last).Equals((Dim)1) && t.Right.Stride(axes.Columns.Last).Equals((Dim)1));

    private static long Count(long size, long tile) => (size + tile - 1) / tile;

    private static long Half(long size, long multiple) => Math.Max(multiple, (size / 2 + multiple - 1) / multiple * multiple);
}
