using ILGPU;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu;

/// <summary>
/// Failed run-time checks on a device: three numbers in its memory. The first is the lowest key of a failed check, the second
/// the key whose value is wanted, the third that value.
/// </summary>
public static class DeviceFaults
{
    /// <summary>Bits of a key that hold the position; those above hold the check.</summary>
    private const int PositionBits = 40;

    /// <summary>The key while nothing failed.</summary>
    internal const long None = long.MaxValue;

    /// <summary>How many numbers there are.</summary>
    internal const int Length = 3;

    /// <summary>For kernels: notes a failed check, from any thread.</summary>
    /// <param name="faults">Of the run (<see cref="Launcher.Faults"/>).</param>
    /// <param name="check">Number of the check in the program.</param>
    /// <param name="position">Row-major position of the offending element in its index tensor, below 2^40.</param>
    /// <param name="value">The value that was read.</param>
    public static void Report(ArrayView<long> faults, int check, long position, int value)
    {
        long key = ((long)check << PositionBits) | position;
        Atomic.Min(ref faults[0], key);
        if (faults[1] == key) faults[2] = value;
    }

    internal static FaultRecord Record(long key, int value) => new()
    {
        Check = (int)(key >> PositionBits) + 1,
        Position = key & ((1L << PositionBits) - 1),
        Value = value,
    };
}
