using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

/// <summary>How a position on an axis is read.</summary>
internal static class Accesses
{
    /// <summary>
    /// What is proven from the ranges alone is in range. What only a condition (or a finer proof of the checker) keeps within
    /// the axis is padded too: the value is the same, and lanes that the condition masks read nothing.
    /// </summary>
    public static AxisAccess Of(Index index, TensorAxis axis) =>
        index.HasLookup() ? AxisAccess.Checked
        : IndexBounds.IsWithin(index, axis) ? AxisAccess.InRange
        : AxisAccess.Padded;

    /// <summary>The same load with what is known now about its tensor.</summary>
    public static LoadScalar Again(LoadScalar load) =>
        load with { Access = [.. load.Indices.Select((index, i) => load.Access[i] == AxisAccess.Checked ? AxisAccess.Checked : Of(index, load.Tensor.Axes[i]))] };
}
