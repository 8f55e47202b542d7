using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>
/// float32 in Vector128: memory, and what becomes of all lanes together. The files of the other widths are this one with another
/// width: a test compares them.
/// </content>
public static unsafe partial class Lanes
{
    /// <summary>Reads the lanes whose mask is set, and nothing of the others; 0 there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from, Vector128<float> mask) => MaskedMemory.Load(from, mask);

    /// <summary>Writes the lanes whose mask is set, and touches nothing of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* to, Vector128<float> mask) => MaskedMemory.Store(value, to, mask);

    /// <summary>Reads elements that lie <paramref name="stride"/> apart, where the mask is set; 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gather(float* from, nint stride, Vector128<float> mask) => MaskedMemory.Gather(from, stride, mask);

    /// <summary>Writes elements <paramref name="stride"/> apart, where the mask is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector128<float> value, float* to, nint stride, Vector128<float> mask) => MaskedMemory.Scatter(value, to, stride, mask);

    /// <summary>Reads truth values as masks, where the mask is set; false elsewhere.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128<float> Gather(bool* from, nint stride, Vector128<float> mask)
    {
        Vector128<float> value = default;
        Elementwise.Gather((float*)&value, from, stride, (float*)&mask, Vector128<float>.Count);
        return value;
    }

    /// <summary>Writes masks as truth values, where the mask is set.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Scatter(Vector128<float> value, bool* to, nint stride, Vector128<float> mask) => Elementwise.Scatter((float*)&value, to, stride, (float*)&mask, Vector128<float>.Count);

    /// <summary>Reads the ints whose mask is set; 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(int* from, Vector128<int> mask) => MaskedMemory.Load((float*)from, mask.AsSingle()).AsInt32();

    /// <summary>Writes the ints whose mask is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> value, int* to, Vector128<int> mask) => MaskedMemory.Store(value.AsSingle(), (float*)to, mask.AsSingle());

    /// <summary>Reads ints that lie <paramref name="stride"/> elements apart, where the mask is set; 0 elsewhere.</summary>
    public static Vector128<int> Gather(int* from, nint stride, Vector128<int> mask) => Gather((float*)from, stride, mask.AsSingle()).AsInt32();

    /// <summary>Writes ints <paramref name="stride"/> elements apart, where the mask is set.</summary>
    public static void Scatter(Vector128<int> value, int* to, nint stride, Vector128<int> mask) => Scatter(value.AsSingle(), (float*)to, stride, mask.AsSingle());

    /// <summary>The sum of all lanes, in one order on one machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> x) => Vector128.Sum(x);

    /// <summary>The product of all lanes: of halves, of halves of these, and so on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float Product(Vector128<float> x)
    {
        float* lanes = (float*)&x;
        for (int half = Vector128<float>.Count / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] *= lanes[i + half];
        return lanes[0];
    }

    /// <summary>The greatest of all lanes; NaN if any is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float Greatest(Vector128<float> x)
    {
        float greatest = x[0];
        for (int i = 1; i < Vector128<float>.Count; i++) greatest = MathF.Max(greatest, x[i]);
        return greatest;
    }

    /// <summary>The least of all lanes; NaN if any is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float Least(Vector128<float> x)
    {
        float least = x[0];
        for (int i = 1; i < Vector128<float>.Count; i++) least = MathF.Min(least, x[i]);
        return least;
    }
}
