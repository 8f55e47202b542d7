using System.Numerics;
using ILGPU;

namespace SsmDsl.Ilgpu.Numerics;

/// <summary>Puts together what the 32 threads of a warp have, in the same order always. All threads call it, and all get the result.</summary>
public static class DeviceWarp
{
    /// <summary>The sum over the threads.</summary>
    public static T Sum<T>(T value)
        where T : unmanaged, INumber<T>
    {
        for (int distance = Warp.WarpSize / 2; distance > 0; distance /= 2) value += Warp.ShuffleXor(value, distance);
        return value;
    }

    /// <summary>The product over the threads.</summary>
    public static T Product<T>(T value)
        where T : unmanaged, INumber<T>
    {
        for (int distance = Warp.WarpSize / 2; distance > 0; distance /= 2) value *= Warp.ShuffleXor(value, distance);
        return value;
    }

    /// <summary>The greatest, NaN if any thread has NaN.</summary>
    public static float Greatest(float value)
    {
        for (int distance = Warp.WarpSize / 2; distance > 0; distance /= 2) value = DeviceReals.Max(value, Warp.ShuffleXor(value, distance));
        return value;
    }

    /// <inheritdoc cref="Greatest(float)"/>
    public static double Greatest(double value)
    {
        for (int distance = Warp.WarpSize / 2; distance > 0; distance /= 2) value = DeviceReals.Max(value, Warp.ShuffleXor(value, distance));
        return value;
    }

    /// <summary>The least, NaN if any thread has NaN.</summary>
    public static float Least(float value)
    {
        for (int distance = Warp.WarpSize / 2; distance > 0; distance /= 2) value = DeviceReals.Min(value, Warp.ShuffleXor(value, distance));
        return value;
    }

    /// <inheritdoc cref="Least(float)"/>
    public static double Least(double value)
    {
        for (int distance = Warp.WarpSize / 2; distance > 0; distance /= 2) value = DeviceReals.Min(value, Warp.ShuffleXor(value, distance));
        return value;
    }
}
