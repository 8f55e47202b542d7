using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>A program as kernels and the order in which they run: what the printer walks.</summary>
/// <param name="Sizes">Sizes that follow from those of the graph, each from what stands before it.</param>
/// <param name="Segments">Recurrences that may run in segments side by side.</param>
/// <param name="Preparing">Steps that fill what depends on nothing but parameters: run when these have changed.</param>
/// <param name="Steps">Of every run.</param>
public sealed record LoweredProgram(
    GraphProgram Graph,
    ImmutableArray<DerivedSize> Sizes,
    ImmutableArray<SegmentedSteps> Segments,
    ImmutableArray<Storage> Storages,
    ImmutableArray<RunCheck> Checks,
    ImmutableArray<Kernel> Kernels,
    ImmutableArray<ProgramStep> Preparing,
    ImmutableArray<ProgramStep> Steps)
{
    /// <summary>All sizes that are known at run time only.</summary>
    public ImmutableArray<DimSymbol> Dynamic => [.. Graph.Dynamic, .. Sizes.Select(s => s.Symbol)];

    /// <summary>What a size is, for values of the graph's own.</summary>
    public long Evaluate(Dim size, Func<DimSymbol, long> values) =>
        size.Evaluate(s => Sizes.FirstOrDefault(d => d.Symbol.Equals(s)) is { } derived ? Evaluate(derived.Value, values) : values(s));
}

/// <summary>A size that follows from others when the program runs.</summary>
public sealed record DerivedSize(DimSymbol Symbol, Dim Value);

/// <summary>Steps that run in segments side by side; of one segment alone, as they are.</summary>
/// <param name="States">Names of what goes from one segment to the next.</param>
/// <param name="Elements">Of a step, which decide about the number of segments.</param>
/// <param name="Length">Steps of a segment.</param>
public sealed record SegmentedSteps(ImmutableArray<string> States, Dim Elements, Dim Steps, Dim Length, Dim Count);

/// <summary>Where a tensor lives: a slot of the caller, or a buffer of the arena with its lifetime in steps.</summary>
/// <param name="Slot">Its number, or null.</param>
/// <param name="IsPrepared">It keeps its contents from run to run.</param>
/// <param name="Part">The number of the only part that sees it of those that leave every sequence to itself; 0 for none.</param>
public sealed record Storage(Tensor Tensor, int? Slot, int FirstUse, int LastUse, bool IsPrepared = false, int Part = 0)
{
    public Dim Elements => Tensor.Axes.Aggregate((Dim)1, (n, a) => n * a.Extent);
}

/// <param name="Index">Name of the tensor that gave the position, or of the reduction.</param>
public sealed record RunCheck(string Index, string? Indexed, string Size);

/// <summary>One method of generated code, run for items in parallel.</summary>
/// <param name="Tensors">What the body reads and writes.</param>
/// <param name="Copies">Counters of loops around the kernel that its body reads.</param>
/// <param name="Checks">Numbers of the run-time checks that it makes.</param>
/// <param name="Locals">Arrays of the kernel's own, for one row at a time.</param>
/// <param name="Items">The number of items; null runs the kernel once.</param>
public sealed record Kernel(
    string Name,
    ImmutableArray<TensorArgument> Tensors,
    ImmutableArray<(IndexVar Step, Variable Counter)> Copies,
    ImmutableArray<int> Checks,
    ImmutableArray<LocalArray> Locals,
    RowsStatement? Items,
    ImmutableArray<Statement> Body)
{
    /// <summary>An item is run by the threads of a warp together, whose lanes are the iterations of loops; otherwise by one thread.</summary>
    public bool InWarps { get; init; }

    /// <summary>Of a product with maps of its elements, each as a kernel of its own: the maps have the product from memory.</summary>
    public (Kernel Product, Kernel Maps)? Parts { get; init; }

    /// <summary>The product of matrices that the kernel consists of, if it is one alone: maps of its elements are no matter.</summary>
    public ProductStatement? Product =>
        (Parts?.Product ?? this).Body.Where(s => s is not CommentStatement).ToArray() is [RowsStatement { Axes.Length: 2, Body: [ProductStatement product] }]
        && new[] { product.Left, product.Right, product.Target }.All(m => m.Start.Terms.All(t => t.Variable == product.Rows.Counter || t.Variable == product.Columns.Counter))
            ? product
            : null;
}

/// <summary>Memory of a tensor as a kernel gets it: from a place on that depends on counters of loops around the kernel.</summary>
public sealed record TensorArgument(Tensor Tensor, Variable Pointer, Place Start);

/// <summary>An array of the kernel's own.</summary>
/// <param name="ItemElements">Where not 0, positions count from the first item's elements, of which each item has so many.</param>
public sealed record LocalArray(Variable Pointer, long Elements, long ItemElements = 0)
{
    /// <summary>The threads of a warp have it together; otherwise each has one of its own.</summary>
    public bool IsShared { get; init; }

    /// <summary>Where not null, how an item's elements are divided into rows: the last item needs memory for those that are left only.</summary>
    public RowCount? Rows { get; init; }
}

/// <param name="Item">Rows of a whole item.</param>
/// <param name="All">Rows of all items.</param>
public sealed record RowCount(long Item, Dim All);

public abstract record ProgramStep;

public sealed record ZeroStep(Tensor Tensor) : ProgramStep;

public sealed record KernelStep(Kernel Kernel) : ProgramStep;

/// <summary>
/// Steps that leave every sequence of the batch to itself: they may run for one sequence after the other, on one thread each, or for
/// all at once, with the same results.
/// </summary>
/// <param name="Length">The number of steps of a sequence.</param>
/// <param name="Group">Where not null, so many sequences run one after the other on the same thread: those that have a sum together.</param>
public sealed record SequencesStep(DimSymbol Length, ImmutableArray<ProgramStep> Body, Dim? Group = null) : ProgramStep;

/// <summary>
/// Products of matrices, summed over the steps of a sequence and the sequences of a group: c[i, j] = Σ_b Σ_t a[b, t, i]·b[b, t, j] with
/// both innermost indices contiguous.
/// </summary>
/// <param name="Group">Sequences of a group.</param>
public sealed record PartialProductStep(
    Dim Group,
    Dim Rows,
    Dim Columns,
    Dim Depth,
    ImmutableArray<(double Factor, SequenceMatrix Left, SequenceMatrix Right)> Terms,
    SequenceMatrix Target,
    string? Comment) : ProgramStep;

/// <summary>A matrix for each sequence, or group of sequences.</summary>
/// <param name="Start">The first one's first element.</param>
/// <param name="Copies">How far each counter of loops around moves it.</param>
/// <param name="Stride">From one to the next.</param>
/// <param name="Row">From a row to the next.</param>
public sealed record SequenceMatrix(Tensor Tensor, Dim Start, ImmutableArray<(IndexVar Step, Dim Stride)> Copies, Dim Stride, Dim Row);

public sealed record CopiesStep(IndexVar Step, bool Reversed, ImmutableArray<ProgramStep> Body) : ProgramStep;
