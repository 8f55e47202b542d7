using System.Runtime.Intrinsics;
using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl.Training;

/// <summary>
/// The global norm of gradients. Sums in double precision: each parameter in pieces of fixed length, pieces and parameters in
/// the order of the text, so that it depends neither on threads nor on vector widths.
/// </summary>
internal static unsafe class GradientNorm
{
    public static double Of(ParameterSet parameters, Gradients gradients)
    {
        if (parameters.Store.Device.Training is { } kernels) return Math.Sqrt(kernels.SumOfSquares(Pieces(parameters, gradients), parameters.Store.Layout.Real));
        double sum = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            if (parameter.Frozen) continue;
            void* values = gradients.Memory + parameter.Offset;
            sum += parameter.Real == ElementKind.Float64 ? SumOfSquares((double*)values, parameter.Count) : SumOfSquares((float*)values, parameter.Count);
        }

        return Math.Sqrt(sum);
    }

    private static UpdatePiece[] Pieces(ParameterSet parameters, Gradients gradients) =>
        [.. parameters.Where(p => !p.Frozen).Select(p => new UpdatePiece { Gradients = gradients.Memory + p.Offset, Length = p.Count })];

    private static double SumOfSquares(float* values, nint count)
    {
        Vector512<double> low = default, high = default;
        nint i = 0;
        for (; i + 16 <= count; i += 16)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.Load(values + i));
            low += a * a;
            high += b * b;
        }

        double sum = Ordered(low + high);
        for (; i < count; i++) sum += (double)values[i] * values[i];
        return sum;
    }

    private static double SumOfSquares(double* values, nint count)
    {
        Vector512<double> low = default, high = default;
        nint i = 0;
        for (; i + 16 <= count; i += 16)
        {
            Vector512<double> a = Vector512.Load(values + i);
            Vector512<double> b = Vector512.Load(values + i + 8);
            low += a * a;
            high += b * b;
        }

        double sum = Ordered(low + high);
        for (; i < count; i++) sum += values[i] * values[i];
        return sum;
    }

    /// <summary>The lanes summed one after the other: the order of <see cref="Vector512.Sum{T}"/> depends on the machine.</summary>
    private static double Ordered(Vector512<double> lanes)
    {
        double sum = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++) sum += lanes[lane];
        return sum;
    }
}
