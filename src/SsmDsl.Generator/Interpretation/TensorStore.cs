using System.Numerics;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Interpretation;

/// <summary>The values of one tensor during a run: all stored positions, row-major.</summary>
internal sealed class TensorStore
{
    public readonly long[] Extents;
    public readonly long[] Sizes;
    public readonly int[] Before;
    public readonly double[] Re;
    public readonly double[]? Im;
    public readonly Tensor Tensor;

    public TensorStore(Tensor tensor, Func<Dim, long> evaluate)
    {
        Tensor = tensor;
        Sizes = [.. tensor.Axes.Select(a => evaluate(a.Size))];
        Extents = [.. tensor.Axes.Select((a, i) => Sizes[i] + a.Before + a.After)];
        Before = [.. tensor.Axes.Select(a => a.Before)];
        long count = 1;
        foreach (long extent in Extents) count = checked(count * Math.Max(extent, 0));
        Re = new double[count];
        Im = tensor.Element == ElementType.Complex ? new double[count] : null;
    }

    /// <summary>Place of logical positions, or -1 outside of what is stored.</summary>
    public long Place(Func<long[], long>[] indices, long[] environment)
    {
        long place = 0;
        for (int axis = 0; axis < indices.Length; axis++)
        {
            long stored = indices[axis](environment) + Before[axis];
            if (stored < 0 || stored >= Extents[axis]) return -1;
            place = place * Extents[axis] + stored;
        }

        return place;
    }

    public Complex this[long place] => new(Re[place], Im is null ? 0 : Im[place]);

    public void Set(long place, Complex value)
    {
        Re[place] = value.Real;
        if (Im is not null) Im[place] = value.Imaginary;
    }
}
