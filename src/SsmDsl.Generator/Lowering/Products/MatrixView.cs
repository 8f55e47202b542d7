using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>How the place of an element moves with loop indices: a number of elements for each, and where it starts.</summary>
/// <param name="IsPanels">Of panels of columns: within one.</param>
internal sealed record MatrixView(Tensor Tensor, ImmutableDictionary<IndexVar, Dim> Strides, Dim Start, bool IsPanels = false)
{
    /// <summary>Null where an index is looked up, rounded, or not certain to lie within the tensor.</summary>
    public static MatrixView? Of(Tensor tensor, ImmutableArray<Index> indices, ImmutableArray<AxisAccess>? access)
    {
        if (!tensor.IsPanels || Panels.ColumnOf(indices) is not { } column) return Affine(tensor, indices, access);
        MatrixView? panel = Affine(tensor, indices.SetItem(tensor.Rank - 3, Index.Of((Dim)0)).SetItem(tensor.Rank - 1, Index.Of(column)), access);
        return panel is null ? null : panel with { IsPanels = true };
    }

    public bool Has(IndexVar variable) => Strides.ContainsKey(variable);

    public Dim Stride(IndexVar variable) => Strides.TryGetValue(variable, out Dim? stride) ? stride : 0;

    private static MatrixView? Affine(Tensor tensor, ImmutableArray<Index> indices, ImmutableArray<AxisAccess>? access)
    {
        var strides = ImmutableDictionary.CreateBuilder<IndexVar, Dim>();
        (Dim start, Dim step) = (0, 1);
        for (int axis = tensor.Rank - 1; axis >= 0; axis--)
        {
            TensorAxis along = tensor.Axes[axis];
            if (access is { } a && a[axis] != AxisAccess.InRange && !(a[axis] == AxisAccess.Padded && IndexBounds.IsWithin(indices[axis], along)))
                return null;
            foreach (IndexTerm term in indices[axis].Terms)
            {
                if (term.Atom is not VariableAtom { Variable: var variable }) return null;
                Dim move = step * term.Coefficient;
                strides[variable] = strides.TryGetValue(variable, out Dim? known) ? known + move : move;
            }

            start += (indices[axis].Constant + along.Before) * step;
            step *= along.Extent;
        }

        return new MatrixView(tensor, strides.ToImmutable(), start);
    }
}
