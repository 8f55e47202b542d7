using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>Builds the kernel of a product of matrices.</summary>
internal sealed class ProductKernel
{
    private readonly ProductAxes axes;
    private readonly MatrixView target;
    private readonly string? comment;
    private readonly HashSet<IndexVar> inside;
    private readonly Dictionary<IndexVar, Variable> counters;
    private readonly List<TensorArgument> pointers = [];
    private readonly List<(IndexVar, Variable)> copies = [];
    private readonly Cut rows;
    private readonly Cut columns;

    /// <param name="tile">Rows and columns of an item; 0 for all.</param>
    public ProductKernel(ProductAxes axes, MatrixView target, Equation equation, (long Rows, long Columns) tile)
    {
        (this.axes, this.target, comment) = (axes, target, equation.Comment);
        counters = axes.Batch.Concat(axes.Outer).ToDictionary(i => i, i => Variable.Position(i.Name));
        inside = [.. equation.Axes.Concat(equation.Reduction!.Axes).Where(i => !counters.ContainsKey(i))];
        rows = new Cut(Variable.Position("rowTile"), axes.Rows.Size, tile.Rows);
        columns = new Cut(Variable.Position("columnTile"), axes.Columns.Size, tile.Columns);
    }

    public Kernel Build(string name, ImmutableArray<(double Factor, MatrixView Left, MatrixView Right)> terms)
    {
        var body = ImmutableArray.CreateBuilder<Statement>();
        bool hasOuter = !axes.Outer.IsEmpty;
        if (hasOuter) body.Add(Cleared());
        ImmutableArray<Statement> products = [.. terms.Select((t, i) => Product(axes.Depth.Size, t, accumulate: hasOuter || i > 0))];
        for (int i = axes.Outer.Length - 1; i >= 0; i--)
            products = [new LoopStatement(counters[axes.Outer[i]], axes.Outer[i].Size, false, products)];
        body.AddRange(products);
        var items = new RowsStatement(
            [.. axes.Batch.Select(b => (counters[b], b.Size)), (rows.Counter, rows.Count), (columns.Counter, columns.Count)], 1, body.ToImmutable());
        ImmutableArray<Statement> all = comment is null ? [items] : [new CommentStatement(comment), items];
        return new Kernel(name, [.. pointers], [.. copies], [], [], items, all);
    }

    private ProductStatement Product(Dim depth, (double Factor, MatrixView Left, MatrixView Right) term, bool accumulate) => new(
        rows,
        columns,
        depth,
        new MatrixPlace(Pointer(term.Left), Start(term.Left), term.Left.Stride(axes.Rows.Last), term.Left.Stride(axes.Depth.Last)),
        new MatrixPlace(Pointer(term.Right), Start(term.Right), term.Right.Stride(axes.Depth.Last), term.Right.Stride(axes.Columns.Last), term.Right.IsPanels),
        new MatrixPlace(Pointer(target), Start(target), target.Stride(axes.Rows.Last), target.Stride(axes.Columns.Last)),
        term.Factor,
        accumulate);

    /// <summary>A product of depth 0, which reads neither matrix.</summary>
    private ProductStatement Cleared()
    {
        var place = new MatrixPlace(Pointer(target), Start(target), target.Stride(axes.Rows.Last), target.Stride(axes.Columns.Last));
        return new ProductStatement(rows, columns, 0, place, place, place, 1, Accumulate: false);
    }

    /// <summary>A matrix of the copy that the kernel runs for.</summary>
    private Variable Pointer(MatrixView view)
    {
        KeyValuePair<IndexVar, Dim>[] moved = [.. Moved(view).Where(s => IsOfCopies(s.Key))];
        Place start = moved.Aggregate(Place.Of(Ahead(view)), (sum, s) => sum.Plus(Place.Of(Counter(s.Key)).Times(s.Value)));
        TensorArgument? known = pointers.FirstOrDefault(p => p.Tensor == view.Tensor && p.Start.Terms.SequenceEqual(start.Terms) && p.Start.Constant.Equals(start.Constant));
        if (known is null) pointers.Add(known = new TensorArgument(view.Tensor, new Variable(view.Tensor.Name, VariableKind.Pointer, view.Tensor.Element), start));
        return known.Pointer;
    }

    /// <summary>How far ahead of an item's part the whole is, if that depends on sizes of the run: a copy among others.</summary>
    private static Dim Ahead(MatrixView view) => view.Start.IsConstant ? 0 : view.Start;

    private IEnumerable<KeyValuePair<IndexVar, Dim>> Moved(MatrixView view) =>
        view.Strides.Where(s => !inside.Contains(s.Key)).OrderBy(s => s.Key.Name, StringComparer.Ordinal);

    private bool IsOfCopies(IndexVar index) => !axes.Batch.Contains(index) && !axes.Outer.Contains(index);

    /// <summary>Where an item's part of a matrix begins.</summary>
    private Place Start(MatrixView view)
    {
        Place start = Place.Of(view.Start - Ahead(view));
        foreach (KeyValuePair<IndexVar, Dim> moved in Moved(view).Where(s => !IsOfCopies(s.Key)))
            start = start.Plus(Place.Of(Counter(moved.Key)).Times(moved.Value));
        return start
            .Plus(Place.Of(rows.Counter).Times(view.Stride(axes.Rows.Last) * rows.Step))
            .Plus(Place.Of(columns.Counter).Times(view.Stride(axes.Columns.Last) * columns.Step));
    }

    private Variable Counter(IndexVar index)
    {
        if (!counters.TryGetValue(index, out Variable counter))
        {
            counters[index] = counter = Variable.Position(index.Name);
            copies.Add((index, counter));
        }

        return counter;
    }
}
