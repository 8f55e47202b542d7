using System.Collections.Immutable;
using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary>Finds the dynamic sizes of a model from the shapes of the tensors that a file gives, and checks all shapes.</summary>
internal static class SizeSolver
{
    public static ImmutableDictionary<DimSymbol, Dim> Solve(IEnumerable<(ValueSignature Value, HostTensor Tensor)> tensors)
    {
        (ValueSignature Value, HostTensor Tensor)[] given = [.. tensors];
        var sizes = ImmutableDictionary<DimSymbol, Dim>.Empty;
        foreach ((ValueSignature value, HostTensor tensor) in given)
        {
            Dim[] shape = Shape(value);
            if (shape.Length != tensor.Shape.Length && !IsLoneScalar(shape, tensor)) throw Wrong(value, tensor, sizes);
        }

        // An axis may need a size that another tensor gives: go round until nothing new is found.
        for (int found = -1; found != sizes.Count;)
        {
            found = sizes.Count;
            foreach ((ValueSignature value, HostTensor tensor) in given)
            {
                Dim[] shape = Shape(value);
                for (int axis = 0; axis < tensor.Shape.Length && axis < shape.Length; axis++) sizes = Solve(shape[axis].Substitute(sizes), tensor.Shape[axis], sizes);
            }
        }

        foreach ((ValueSignature value, HostTensor tensor) in given)
        {
            Dim[] shape = [.. Shape(value).Select(d => d.Substitute(sizes))];
            if (!IsLoneScalar(shape, tensor) && !shape.SequenceEqual(tensor.Shape.Select(n => (Dim)n))) throw Wrong(value, tensor, sizes);
        }

        if (sizes.TryGetValue(DimSymbol.Batch, out Dim? batch) && batch.Equals(0)) throw new RunException("the batch is empty");
        return sizes.ContainsKey(DimSymbol.Batch) ? sizes : sizes.SetItem(DimSymbol.Batch, 1);
    }

    /// <summary>The axes of a value in a file: batch, those of its type, and 2 for complex ones.</summary>
    public static Dim[] Shape(ValueSignature value) =>
    [
        .. value.HasBatch ? [Dim.Of(DimSymbol.Batch)] : Array.Empty<Dim>(),
        .. value.Type.Shape,
        .. value.Type.Element == ElementType.Complex ? [(Dim)2] : Array.Empty<Dim>(),
    ];

    public static long[] Shape(ValueSignature value, ImmutableDictionary<DimSymbol, Dim> sizes) =>
        [.. Shape(value).Select(d => d.Substitute(sizes).TryGetConstant(out long n) ? n : throw new RunException($"nothing in the input file gives the size {d} of '{value.Name}'"))];

    private static ImmutableDictionary<DimSymbol, Dim> Solve(Dim axis, long size, ImmutableDictionary<DimSymbol, Dim> sizes)
    {
        if (axis.Symbols.Count != 1) return sizes;
        DimSymbol unknown = axis.Symbols.Single();

        // Linear in one unknown, or found by nothing.
        if (At(0) is not { } start || At(1) is not { } next || next == start) return sizes;
        long value = (size - start) / (next - start);
        return value >= 0 && At(value) == size ? sizes.SetItem(unknown, value) : sizes;

        long? At(long trial) => axis.Substitute(ImmutableDictionary<DimSymbol, Dim>.Empty.Add(unknown, trial)).TryGetConstant(out long n) ? n : null;
    }

    /// <summary>Scalars have shape [], and [1] is accepted.</summary>
    private static bool IsLoneScalar(Dim[] shape, HostTensor tensor) => shape.Length == 0 && tensor.Shape is [1] or [];

    private static RunException Wrong(ValueSignature value, HostTensor tensor, ImmutableDictionary<DimSymbol, Dim> sizes)
    {
        Dim[] shape = Shape(value);
        IEnumerable<string> given = shape.SelectMany(d => d.Symbols).Distinct().Where(sizes.ContainsKey).Select(s => $"{Name(s)} = {sizes[s]}");
        string known = string.Join(" and ", given);
        return new RunException(
            $"'{value.Name}' must have the shape [{string.Join(", ", shape.Select(d => d.Equals(Dim.Of(DimSymbol.Batch)) ? "batch" : d.ToString()))}]"
            + $"{(known.Length == 0 ? "" : $" with {known}")}, the file has {tensor.ShapeText}");
    }

    private static string Name(DimSymbol symbol) => symbol.Equals(DimSymbol.Batch) ? "batch" : symbol.Name;
}
