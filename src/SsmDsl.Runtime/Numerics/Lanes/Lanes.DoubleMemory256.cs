using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>
/// float64 in Vector256: memory, and what becomes of all lanes together. The files of the other widths are this one with another
/// width: a test compares them.
/// </content>
public static unsafe partial class Lanes
{
    /// <summary>Reads the lanes whose mask is set, and nothing of the others; 0 there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* from, Vector256<double> mask) => MaskedMemory.Load(from, mask);

    /// <summary>Writes the lanes whose mask is set, and touches nothing of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> value, double* to, Vector256<double> mask) => MaskedMemory.Store(value, to, mask);

    /// <summary>Reads elements that lie <paramref name="stride"/> apart, where the mask is set; 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Gather(double* from, nint stride, Vector256<double> mask) => MaskedMemory.Gather(from, stride, mask);

    /// <summary>Writes elements <paramref name="stride"/> apart, where the mask is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector256<double> value, double* to, nint stride, Vector256<double> mask) => MaskedMemory.Scatter(value, to, stride, mask);

    /// <summary>Reads truth values as masks, where the mask is set; false elsewhere.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256<double> Gather(bool* from, nint stride, Vector256<double> mask)
    {
        Vector256<double> value = default;
        Elementwise.Gather((double*)&value, from, stride, (double*)&mask, Vector256<double>.Count);
        return value;
    }

    /// <summary>Writes masks as truth values, where the mask is set.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Scatter(Vector256<double> value, bool* to, nint stride, Vector256<double> mask) => Elementwise.Scatter((double*)&value, to, stride, (double*)&mask, Vector256<double>.Count);

    /// <summary>The sum of all lanes, in one order on one machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector256<double> x) => Vector256.Sum(x);

    /// <summary>The product of all lanes: of halves, of halves of these, and so on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Product(Vector256<double> x)
    {
        double* lanes = (double*)&x;
        for (int half = Vector256<double>.Count / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] *= lanes[i + half];
        return lanes[0];
    }

    /// <summary>The greatest of all lanes; NaN if any is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Greatest(Vector256<double> x)
    {
        double greatest = x[0];
        for (int i = 1; i < Vector256<double>.Count; i++) greatest = Math.Max(greatest, x[i]);
        return greatest;
    }

    /// <summary>The least of all lanes; NaN if any is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Least(Vector256<double> x)
    {
        double least = x[0];
        for (int i = 1; i < Vector256<double>.Count; i++) least = Math.Min(least, x[i]);
        return least;
    }
}
