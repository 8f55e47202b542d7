using SsmDsl.Cli.Tensors;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Running;

/// <summary>Cutting and joining of tensors along the axis of a stream.</summary>
internal static class TimeAxis
{
    /// <summary>The axis in a file along which a value runs with the stream, or -1 if it has none.</summary>
    public static int Of(ValueSignature value, DimSymbol time) => Array.FindIndex(SizeSolver.Shape(value), d => d.Symbols.Contains(time));

    public static HostTensor Slice(ValueSignature value, DimSymbol time, HostTensor tensor, long start, long size)
    {
        int axis = Of(value, time);
        if (axis < 0) return tensor;
        long[] shape = [.. tensor.Shape];
        shape[axis] = size;
        var part = new HostTensor(shape, new double[HostTensor.Count(shape)], tensor.Storage);
        Copy(tensor, part, axis, start, 0, size);
        return part;
    }

    public static void Copy(HostTensor from, HostTensor to, int axis, long fromStart, long toStart, long size)
    {
        long outer = HostTensor.Count(from.Shape.AsSpan(0, axis));
        long inner = HostTensor.Count(from.Shape.AsSpan(axis + 1));
        for (long i = 0; i < outer; i++)
        {
            Array.Copy(from.Values, (i * from.Shape[axis] + fromStart) * inner, to.Values, (i * to.Shape[axis] + toStart) * inner, size * inner);
        }
    }
}
