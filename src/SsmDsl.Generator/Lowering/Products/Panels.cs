using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Lays out matrices of parameters for products of few rows: in panels of 32 columns, of which the processor reads one after the
/// other from beginning to end. That is done once, when parameters have changed.
/// </summary>
internal sealed class Panels
{
    /// <summary>MatrixProduct.PanelColumns of the runtime.</summary>
    private const long Columns = 32;

    // Elements of all copies of a matrix: what comes from farther than the second-level cache comes no faster in panels.
    private const long MostElements = 1 << 18;

    private readonly HashSet<Tensor> still;
    private readonly List<Equation> made = [];

    private Panels(GraphProgram program)
    {
        still = Preparation.Still(program);
        still.ExceptWith(program.Body.OfType<Recurrence>().SelectMany(NodeParts.Equations).Select(e => e.Target));
    }

    public static GraphProgram Run(GraphProgram program)
    {
        var panels = new Panels(program);
        return panels.still.Count == 0 ? program : program with { Body = [.. program.Body.SelectMany(panels.WithPanels)] };
    }

    /// <summary>The column of a matrix in panels that is read, if the indices are those of an element of it.</summary>
    public static IndexVar? ColumnOf(ImmutableArray<Index> indices)
    {
        Index panel = indices[^3], within = indices[^1];
        if (panel.IsConstant(out long only) && only == 0) return within.AsVariable();
        return within is { Terms: [{ Coefficient: 1, Atom: ModAtom { Divisor: Columns } rest }] } && rest.Dividend.AsVariable() is { } column
            && Structure.AreEqual(within, Index.Of(column).Modulo(Columns)) && Structure.AreEqual(panel, Index.Of(column).DividedBy(Columns)) ? column : null;
    }

    /// <summary>Whether a product reads matrices in panels as the runtime does.</summary>
    public static bool AreRead(ProductAxes axes, IEnumerable<MatrixView> left, IEnumerable<MatrixView> right) =>
        IsFitting(axes) && !left.Any(v => v.IsPanels) && right.Where(v => v.IsPanels).All(v =>
            v.Stride(axes.Depth.Last).Equals((Dim)Columns) && v.Stride(axes.Columns.Last).Equals((Dim)1) && !axes.Batch.Any(v.Has));

    /// <summary>All columns of a matrix, for blocks of rows whose number is known at run time only.</summary>
    private static bool IsFitting(ProductAxes axes) =>
        axes is { Outer.IsEmpty: true, Columns.Axes.Length: 1, Depth.Axes.Length: 1 } && ProductLowering.Tile(axes) == (ProductLowering.ManyRows, 0);

    private IEnumerable<Node> WithPanels(Node node)
    {
        made.Clear();
        Node changed = Changed(node, []);
        return [.. made, changed];
    }

    private Node Changed(Node node, ImmutableArray<IndexVar> outer) => node switch
    {
        Recurrence { Kind: RecurrenceKind.Copies } copies => copies with { Members = [.. copies.Members.Select(m => Changed(m, outer.Add(copies.Step)))] },
        Equation equation when ProductLowering.AxesOf((Equation)OuterSteps.Without(equation, outer)) is { } axes && IsFitting(axes) => InPanels(equation, axes, outer),
        _ => node,
    };

    private Equation InPanels(Equation equation, ProductAxes axes, ImmutableArray<IndexVar> outer)
    {
        (IndexVar column, IndexVar row) = (axes.Columns.Last, axes.Depth.Last);
        if (!column.Size.TryGetConstant(out long columns) || !row.Size.TryGetConstant(out long rows)) return equation;
        long panels = (columns + Columns - 1) / Columns;

        // No more than an eighth of zeros.
        if (8 * (panels * Columns - columns) > columns) return equation;
        Scalar? sum = null;
        foreach (ProductTerm term in ProductTerm.Of(equation.Body)!)
        {
            bool isLeft = term.Left.Indices.Any(i => i.Variables().Contains(column));
            (LoadScalar matrix, LoadScalar other) = isLeft ? (term.Left, term.Right) : (term.Right, term.Left);
            IndexVar[] copies = [.. matrix.Indices.SelectMany(i => i.Variables()).Where(v => v != column && v != row).Distinct()];
            bool isFixed = still.Contains(matrix.Tensor) && copies.All(outer.Contains)
                && copies.Aggregate((Dim)(panels * Columns * rows), (n, c) => n * c.Size).TryGetConstant(out long elements) && elements <= MostElements;
            Scalar product = isFixed
                ? Scalars.Multiply(other, Panel(matrix, term.Factor, copies, row, column, panels))
                : Scalars.Multiply(Scalars.Real(term.Factor), Scalars.Multiply(term.Left, term.Right));
            sum = sum is null ? product : Scalars.Add(sum, product);
        }

        return equation with { Body = sum! };
    }

    /// <summary>An element of a matrix in panels, and the equation that makes them of the matrix as it is, times a factor.</summary>
    private LoadScalar Panel(LoadScalar matrix, double factor, IndexVar[] copies, IndexVar row, IndexVar column, long panels)
    {
        IndexVar panel = new("panel", panels), within = new(column.Name, Columns);
        IndexVar[] axes = [.. copies.Append(row).Select(v => new IndexVar(v.Name, v.Size))];
        Index place = Index.Of(panel).Times(Columns).Plus(Index.Of(within));
        var names = new Dictionary<IndexVar, Index> { [column] = place };
        foreach ((IndexVar from, IndexVar to) in copies.Append(row).Zip(axes, (from, to) => (from, to))) names[from] = Index.Of(to);
        LoadScalar read = (LoadScalar)new Substitution(names).Apply(matrix);
        read = read with
        {
            Access = [.. matrix.Access.Select((a, i) => a == AxisAccess.InRange && matrix.Indices[i].Variables().Contains(column) && !IndexBounds.IsWithin(read.Indices[i], read.Tensor.Axes[i]) ? AxisAccess.Padded : a)],
        };
        IndexVar[] all = [.. axes.Take(copies.Length), panel, axes[^1], within];
        var tensor = new Tensor(matrix.Tensor.Name, matrix.Tensor.Element, [.. all.Select(v => new TensorAxis(v.Size))], matrix.Tensor.Origin) { IsPanels = true };
        made.Add(new Equation(tensor, [.. all], [.. all.Select(Index.Of)], null, Scalars.Multiply(Scalars.Real(factor), read), Comment: $"{tensor.Name} in panels of columns"));
        return Scalars.Read(tensor, [.. copies.Select(Index.Of), Index.Of(column).DividedBy(Columns), Index.Of(row), Index.Of(column).Modulo(Columns)]);
    }
}
