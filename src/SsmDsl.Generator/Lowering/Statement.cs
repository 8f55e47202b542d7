using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>A step of a kernel.</summary>
public abstract record Statement;

/// <summary>Declares a variable with its value.</summary>
public sealed record LetStatement(Variable Variable, Value Value) : Statement;

/// <summary>Declares a position.</summary>
public sealed record LetPlaceStatement(Variable Variable, PlaceSource Source) : Statement;

/// <summary>Declares a pointer at a distance from another.</summary>
public sealed record LetPointerStatement(Variable Variable, Variable Base, Place Offset) : Statement;

/// <summary>Declares a variable that is assigned later.</summary>
public sealed record DeclareStatement(Variable Variable) : Statement;

public sealed record AssignStatement(Variable Variable, Value Value) : Statement;

public sealed record StoreStatement(Variable Pointer, Place Offset, Value Value) : Statement;

public sealed record BranchStatement(Value Condition, ImmutableArray<Statement> Then, ImmutableArray<Statement> Else) : Statement;

/// <summary>Records a failed check where the position is not one of 0 … Extent-1, and makes it 0.</summary>
/// <param name="Position">Row-major position in the index tensor.</param>
public sealed record CheckStatement(Variable Checked, Dim Extent, int Check, Place Position) : Statement;

/// <summary>Records a failed check.</summary>
public sealed record FaultStatement(int Check, Place Position) : Statement;

/// <summary>Runs the body for counter = 0 … Size-1, descending if reversed.</summary>
public sealed record LoopStatement(Variable Counter, Dim Size, bool Reversed, ImmutableArray<Statement> Body, LoopOrder Order = LoopOrder.Sequential)
    : Statement
{
    /// <summary>What variables are if iterations run side by side in vector lanes; null runs them one after the other.</summary>
    public LaneShape? Lanes { get; init; }

    /// <summary>It goes along the axis that all equations of its group have innermost.</summary>
    public bool IsAlongLane { get; init; }
}

/// <summary>Whether the iterations of a loop may change places.</summary>
public enum LoopOrder
{
    Sequential,

    /// <summary>They share nothing that any of them writes.</summary>
    Parallel,

    /// <summary>They share nothing but totals: sums, products, extremes.</summary>
    Reduction,
}

/// <summary>
/// Runs the body for counter = First … First+Length-1 as far as that is below End, descending if reversed.
/// </summary>
public sealed record ChunkLoopStatement(Variable Counter, Place First, Dim Length, Dim End, bool Reversed, ImmutableArray<Statement> Body) : Statement;

/// <summary>Sets an array of the kernel's own to 0.</summary>
public sealed record ClearStatement(Variable Pointer, long Elements) : Statement;

/// <summary>
/// Runs the body for the kernel's share of the row-major space of its parallel axes: rows item·Grain … (item+1)·Grain-1.
/// </summary>
public sealed record RowsStatement(ImmutableArray<(Variable Counter, Dim Size)> Axes, long Grain, ImmutableArray<Statement> Body) : Statement
{
    /// <summary>What variables are if rows run side by side in vector lanes (one axis only); null runs them one after the other.</summary>
    public LaneShape? Lanes { get; init; }

    public Dim Rows => Axes.Aggregate((Dim)1, (n, a) => n * a.Size);
}

/// <summary>
/// target (+)= Factor · left · right, for the kernel's share of rows and columns: a product of matrices, each with any strides.
/// </summary>
/// <param name="Accumulate">Adds to the target instead of replacing it.</param>
public sealed record ProductStatement(
    Cut Rows, Cut Columns, Dim Depth, MatrixPlace Left, MatrixPlace Right, MatrixPlace Target, double Factor, bool Accumulate) : Statement;

/// <summary>
/// Runs the body for every element of a tile of rows and columns, which the threads of a group share out among themselves once all of
/// them are there.
/// </summary>
/// <param name="Element">Its number in the tile, row by row.</param>
/// <param name="RowAxes">Counters of which the row is the row-major position; <paramref name="ColumnAxes"/>: the column.</param>
public sealed record TileStatement(
    Cut Rows, Cut Columns, Variable Element, ImmutableArray<(Variable Counter, Dim Size)> RowAxes, ImmutableArray<(Variable Counter, Dim Size)> ColumnAxes,
    ImmutableArray<Statement> Body) : Statement;

/// <param name="RowStride">In elements, from row to row; <paramref name="ColumnStride"/> from column to column.</param>
/// <param name="IsPanels">It lies in panels of columns; strides are those within one.</param>
public sealed record MatrixPlace(Variable Pointer, Place Start, Dim RowStride, Dim ColumnStride, bool IsPanels = false);

/// <summary>A size in parts of <paramref name="Tile"/> (0: in one), the last of which may be shorter.</summary>
public sealed record Cut(Variable Counter, Dim Size, long Tile)
{
    public Dim Count => Tile == 0 ? 1 : Dim.Ceil(Size, Tile);

    /// <summary>From part to part.</summary>
    public long Step => Tile;
}

/// <summary>Of the threads of a warp, runs the body in the first.</summary>
public sealed record OnceStatement(ImmutableArray<Statement> Body) : Statement;

/// <summary>The threads of a warp wait for each other, and see what the others wrote.</summary>
public sealed record BarrierStatement : Statement;

/// <summary>A line above what follows: the source equation.</summary>
public sealed record CommentStatement(string Text) : Statement;

/// <summary>How a position that is not a sum comes about.</summary>
public abstract record PlaceSource;

public sealed record SumSource(Place Place) : PlaceSource;

/// <summary>Rounds down.</summary>
/// <param name="NeverNegative">The dividend is known to be at least 0.</param>
public sealed record QuotientSource(Place Dividend, long Divisor, bool NeverNegative) : PlaceSource;

/// <summary>Never negative.</summary>
public sealed record RemainderSource(Place Dividend, long Divisor, bool NeverNegative) : PlaceSource;

public sealed record ValueSource(Value Value) : PlaceSource;
