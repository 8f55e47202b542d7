using System.Runtime.CompilerServices;

namespace SsmDsl.Numerics;

/// <summary>Division of positions as the language has it.</summary>
public static class Positions
{
    /// <summary>a / b rounded down, for b above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint FloorDivide(nint a, nint b) => (a >= 0 ? a : a - b + 1) / b;

    /// <summary>a / b rounded up, for b above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Ceiling(nint a, nint b) => -FloorDivide(-a, b);

    /// <summary>The remainder in 0 … b-1, for b above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Modulo(nint a, nint b)
    {
        nint rest = a % b;
        return rest < 0 ? rest + b : rest;
    }
}
