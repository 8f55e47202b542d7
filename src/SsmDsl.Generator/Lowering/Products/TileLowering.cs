using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>Lowers a product and the maps of its elements to one kernel: a tile is multiplied, and its elements go through the maps.</summary>
internal sealed class TileLowering
{
    private readonly Kernel product;
    private readonly ProductAxes axes;
    private readonly Kernel maps;
    private readonly Variable element;
    private readonly RowsStatement items;

    private TileLowering(TileGroup group, string name, CheckTable checks, Func<Tensor, bool> isPrivate, LoweringTarget target)
    {
        product = ProductLowering.Lower(group.Product, name, target)!;
        axes = ProductLowering.AxesOf(group.Product)!;
        ImmutableArray<Equation> mapped = [.. group.Maps.Select(m => m.Substitute(m.Axes.Zip(group.Product.Axes, (from, to) => (from, to)).ToDictionary(p => p.from, p => Ir.Index.Of(p.to))))];
        var builder = new KernelBuilder([.. mapped.Select(m => m.Target)], checks, [], ImmutableDictionary<Tensor, LocalLayout>.Empty);
        Variable? first = null;
        items = builder.Rows(group.Product.Axes, 1, () => first = builder.LowerMaps(group.Product, mapped));
        element = first!;
        maps = WithoutUnread(
            new Kernel(name, builder.Tensors, builder.Copies, builder.Checks, [], items, builder.Statements), t => t != group.Product.Target && isPrivate(t));
    }

    /// <param name="isPrivate">Whether only this group sees a tensor, and fills it.</param>
    public static Kernel Lower(TileGroup group, string name, CheckTable checks, Func<Tensor, bool> isPrivate, LoweringTarget target)
    {
        bool Private(Tensor tensor) => isPrivate(tensor) && !RowLowering.OutlivesCopy(group.Equations, tensor);
        return new TileLowering(group, name, checks, Private, target).Fused(Private(group.Product.Target), target.ProductTile);
    }

    private Kernel Fused(bool isPrivate, long tile)
    {
        // What nothing else reads need not leave the group of threads.
        var array = new LocalArray(new Variable("tile", VariableKind.Pointer, element.Element), tile * tile) { IsShared = true };
        Variable number = Variable.Position("element");
        var shared = new MatrixPlace(array.Pointer, Place.Zero, tile, 1);
        RowsStatement body = product.Items!, rows = maps.Items!;
        ProductStatement whole = Products(body.Body).First();
        ImmutableArray<Statement> elements =
        [
            .. axes.Batch.Select((b, i) => new LetPlaceStatement(CounterOf(b), new SumSource(Place.Of(body.Axes[i].Counter)))),
            .. rows.Body.Select(s => isPrivate && s is LetStatement { Variable: var declared } && declared == element ? new LetStatement(element, new ElementValue(array.Pointer, Place.Of(number))) : s),
        ];
        var tiles = new TileStatement(whole.Rows, whole.Columns, number, Counters(axes.Rows), Counters(axes.Columns), elements);
        RowsStatement all = body with { Body = [.. isPrivate ? body.Body.Select(s => Retargeted(s, shared)) : body.Body, tiles] };
        return new Kernel(
            product.Name,
            [.. product.Tensors, .. maps.Tensors],
            [.. product.Copies, .. maps.Copies],
            maps.Checks,
            isPrivate ? [array] : [],
            all,
            [.. product.Body.Where(s => !ReferenceEquals(s, body)), .. maps.Body.Where(s => !ReferenceEquals(s, rows)), all])
        {
            Parts = (product, maps),
        };
    }

    private ImmutableArray<(Variable, Semantics.Dim)> Counters(Flattened flattened) => [.. flattened.Axes.Select(a => (CounterOf(a), a.Size))];

    /// <summary>The loops of the maps have the axes of the product, in its order.</summary>
    private Variable CounterOf(IndexVar axis) => items.Axes[axes.All.IndexOf(axis)].Counter;

    private static Statement Retargeted(Statement statement, MatrixPlace target) => statement switch
    {
        ProductStatement p => p with { Target = target },
        LoopStatement l => l with { Body = [.. l.Body.Select(s => Retargeted(s, target))] },
        _ => statement,
    };

    private static IEnumerable<ProductStatement> Products(IEnumerable<Statement> statements) =>
        statements.SelectMany(s => s is LoopStatement l ? Products(l.Body) : s is ProductStatement p ? [p] : []);

    /// <summary>Without writes of tensors that nothing reads: the maps hand on what they compute in variables.</summary>
    private static Kernel WithoutUnread(Kernel kernel, Func<Tensor, bool> isPrivate)
    {
        IReadOnlyList<MemoryAccess> accesses = MemoryAccess.Of(kernel.Body);
        HashSet<Variable> unread =
        [
            .. kernel.Tensors.GroupBy(t => t.Tensor).Where(g => isPrivate(g.Key) && !accesses.Any(a => !a.IsStore && g.Any(t => t.Pointer == a.Pointer)))
                .SelectMany(g => g.Select(t => t.Pointer)),
        ];
        IReadOnlyDictionary<Variable, (Variable Pointer, Place?)> pointers = MemoryAccess.PointersOf(kernel.Body);
        bool IsUnread(Variable pointer) => unread.Contains(pointers.TryGetValue(pointer, out (Variable Pointer, Place?) known) ? known.Pointer : pointer);
        ImmutableArray<Statement> Kept(ImmutableArray<Statement> statements) =>
            [.. statements.Where(s => !(s is StoreStatement store && IsUnread(store.Pointer)) && !(s is LetPointerStatement moved && IsUnread(moved.Variable)))];
        RowsStatement rows = kernel.Items! with { Body = Kept(kernel.Items!.Body) };
        return kernel with
        {
            Tensors = [.. kernel.Tensors.Where(t => !unread.Contains(t.Pointer))],
            Items = rows,
            Body = [.. Kept(kernel.Body).Select(s => ReferenceEquals(s, kernel.Items) ? rows : s)],
        };
    }
}
