using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Ir;

/// <summary>
/// A tensor of a graph program. Reference identity. The batch is an ordinary first axis of size <see cref="DimSymbol.Batch"/>;
/// tensors that do not depend on any input (parameters, what is computed from them alone) do not have it.
/// </summary>
public sealed class Tensor(string name, ElementType element, ImmutableArray<TensorAxis> axes, SourceSpan? origin = null)
{
    /// <summary>The name in the source, for comments and messages; not unique.</summary>
    public string Name { get; } = name;
    public ElementType Element { get; } = element;
    public ImmutableArray<TensorAxis> Axes { get; } = axes;
    public SourceSpan? Origin { get; } = origin;
    public int Rank => Axes.Length;

    /// <summary>
    /// A matrix in panels of columns: its last axes are the panel, the row and the column within the panel, and columns beyond the last
    /// are zeros. A kernel's product of matrices reads it as the matrix that it is.
    /// </summary>
    public bool IsPanels { get; init; }

    public override string ToString() => Name;
}

/// <summary>
/// An axis with the logical positions -<paramref name="Before"/> … Size-1+<paramref name="After"/>. Places before 0 hold a
/// recurrence's initial states or the history of a stream; places from Size on hold those of a reversed recurrence.
/// All indices in the IR are logical positions; storage is shifted by <paramref name="Before"/>.
/// </summary>
public sealed record TensorAxis(Dim Size, int Before = 0, int After = 0)
{
    /// <summary>Number of stored positions.</summary>
    public Dim Extent => Size + (Before + After);
}

/// <summary>A loop index with the values 0 … Size-1. Reference identity.</summary>
public sealed class IndexVar(string name, Dim size)
{
    public string Name { get; } = name;
    public Dim Size { get; } = size;

    public override string ToString() => Name;
}
