using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SsmDsl.Checkpoints;

/// <summary>Converts the elements of a file (little-endian) to those of memory.</summary>
internal static class ElementReading
{
    public static int Size(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        SafetensorsType.F16 or SafetensorsType.BF16 => 2,
        _ => 1,
    };

    public static bool IsReal(SafetensorsType type) => type is SafetensorsType.F64 or SafetensorsType.F32 or SafetensorsType.F16 or SafetensorsType.BF16;

    public static bool Fits<T>(SafetensorsType type) =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) ? IsReal(type)
        : typeof(T) == typeof(int) || typeof(T) == typeof(long) ? type is SafetensorsType.I64 or SafetensorsType.I32 or SafetensorsType.U8
        : typeof(T) == typeof(bool) && type is SafetensorsType.Bool or SafetensorsType.U8;

    /// <returns>Position of the first element that does not fit, or -1.</returns>
    public static int Convert<T>(SafetensorsType type, ReadOnlySpan<byte> bytes, Span<T> destination)
        where T : unmanaged
    {
        for (int i = 0; i < destination.Length; i++)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                double value = Real(type, bytes, i);
                if (typeof(T) == typeof(double)) Unsafe.As<T, double>(ref destination[i]) = value;
                else Unsafe.As<T, float>(ref destination[i]) = (float)value;
            }
            else if (typeof(T) == typeof(bool))
            {
                if (bytes[i] > 1) return i;
                Unsafe.As<T, bool>(ref destination[i]) = bytes[i] != 0;
            }
            else
            {
                long value = Whole(type, bytes, i);
                if (typeof(T) == typeof(long)) Unsafe.As<T, long>(ref destination[i]) = value;
                else if (value is >= int.MinValue and <= int.MaxValue) Unsafe.As<T, int>(ref destination[i]) = (int)value;
                else return i;
            }
        }

        return -1;
    }

    private static double Real(SafetensorsType type, ReadOnlySpan<byte> bytes, int index) => type switch
    {
        SafetensorsType.F64 => At<double>(bytes, index),
        SafetensorsType.F32 => At<float>(bytes, index),
        SafetensorsType.F16 => (double)At<Half>(bytes, index),
        _ => BitConverter.Int32BitsToSingle(At<ushort>(bytes, index) << 16),
    };

    private static long Whole(SafetensorsType type, ReadOnlySpan<byte> bytes, int index) => type switch
    {
        SafetensorsType.I64 => At<long>(bytes, index),
        SafetensorsType.I32 => At<int>(bytes, index),
        _ => bytes[index],
    };

    private static T At<T>(ReadOnlySpan<byte> bytes, int index)
        where T : unmanaged => MemoryMarshal.Read<T>(bytes[(index * Unsafe.SizeOf<T>())..]);
}
