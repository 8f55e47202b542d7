using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <summary>
/// <see cref="MaskedMemory"/> of four lanes on machines that have no masks: nearly all masks are those of the first so many lanes, of
/// which each number has its own few instructions.
/// </summary>
internal static unsafe class FirstLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from, Vector128<float> mask) => mask.ExtractMostSignificantBits() switch
    {
        0b1111 => Vector128.Load(from),
        0b0111 => Vector128.Create(Vector64.Load(from), Vector64.CreateScalar(from[2])),
        0b0011 => Vector128.Create(Vector64.Load(from), Vector64<float>.Zero),
        0b0001 => Vector128.CreateScalar(*from),
        _ => GatherApart(from, 1, mask),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* to, Vector128<float> mask)
    {
        switch (mask.ExtractMostSignificantBits())
        {
            case 0b1111:
                value.Store(to);
                break;
            case 0b0111:
                value.GetLower().Store(to);
                to[2] = value.GetElement(2);
                break;
            case 0b0011:
                value.GetLower().Store(to);
                break;
            case 0b0001:
                *to = value.ToScalar();
                break;
            default:
                ScatterApart(value, to, 1, mask);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gather(float* from, nint stride, Vector128<float> mask) => mask.ExtractMostSignificantBits() == 0b1111
        ? Vector128.Create(*from, from[stride], from[2 * stride], from[3 * stride])
        : GatherApart(from, stride, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector128<float> value, float* to, nint stride, Vector128<float> mask)
    {
        if (mask.ExtractMostSignificantBits() != 0b1111)
        {
            ScatterApart(value, to, stride, mask);
            return;
        }

        *to = value.ToScalar();
        to[stride] = value.GetElement(1);
        to[2 * stride] = value.GetElement(2);
        to[3 * stride] = value.GetElement(3);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> GatherApart(float* from, nint stride, Vector128<float> mask)
    {
        Vector128<float> value = default;
        Elementwise.Gather((float*)&value, from, stride, (float*)&mask, Vector128<float>.Count);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScatterApart(Vector128<float> value, float* to, nint stride, Vector128<float> mask) =>
        Elementwise.Scatter((float*)&value, to, stride, (float*)&mask, Vector128<float>.Count);
}
