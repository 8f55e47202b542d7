using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <summary>
/// Functions of the language on vectors, in the widths that machines have; what generated code calls. Bounds of error are
/// those of relative error in float32 (of units in the last place in float64), where the result is a normal number.
/// </summary>
public static unsafe partial class Lanes
{
    /// <summary>The width in bits of the widest vectors that this machine computes with: 512, 256, 128, or 0 for none.</summary>
    public static int Width =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
}
