using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Whether a kernel leaves every sequence of the batch to itself: run with pointers to some sequences and with their number for
/// the batch, it does for them what it does for them in a run of all.
/// </summary>
internal static class SequenceScope
{
    public static bool Holds(Node node, Kernel kernel) => NodeParts.Equations(node).All(Holds) && KernelSizes.OfPlaces(kernel).All(d => !IsOfBatch(d));

    /// <summary>The axis of a tensor that counts sequences; -1 if it has none.</summary>
    public static int BatchAxis(Tensor tensor)
    {
        for (int axis = 0; axis < tensor.Rank; axis++)
            if (tensor.Axes[axis].Extent.Equals(Dim.Of(DimSymbol.Batch))) return axis;
        return -1;
    }

    /// <summary>Elements from a sequence to the next.</summary>
    public static Dim Stride(Tensor tensor) => tensor.Axes.Skip(BatchAxis(tensor) + 1).Aggregate((Dim)1, (n, a) => n * a.Extent);

    private static bool Holds(Equation equation)
    {
        IndexVar[] sequences = [.. equation.Axes.Where(a => IsOfBatch(a.Size))];
        if (sequences.Length != 1 || BatchAxis(equation.Target) < 0 || (equation.Reduction?.Axes.Any(a => IsOfBatch(a.Size)) ?? false)) return false;
        return IsOwn(equation.Target, equation.Left, sequences[0]) && equation.Scalars().SelectMany(s => s.All()).All(s => s switch
        {
            LoadScalar load => IsOwn(load.Tensor, load.Indices, sequences[0]),
            IndexScalar index => IsApart(index.Value, sequences[0]),
            DrawScalar => false,
            _ => true,
        });
    }

    /// <summary>A place of the sequence, or of what all sequences share.</summary>
    public static bool IsOwn(Tensor tensor, ImmutableArray<Index> indices, IndexVar sequence)
    {
        int batch = BatchAxis(tensor);
        return indices.Select((index, axis) => axis == batch ? index.AsVariable() == sequence : IsApart(index, sequence) && !IsOfBatch(tensor.Axes[axis].Size)).All(x => x);
    }

    // What is looked up stands in the equation beside others.
    private static bool IsApart(Index index, IndexVar sequence) => !IsOfBatch(index.Constant) && !index.OwnVariables().Contains(sequence);

    private static bool IsOfBatch(Dim size) => size.Symbols.Contains(DimSymbol.Batch);
}
