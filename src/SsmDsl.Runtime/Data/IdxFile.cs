using System.Buffers.Binary;
using System.Numerics;

namespace SsmDsl;

/// <summary>
/// IDX files, the format of MNIST (big-endian; magic 0, 0, type, rank; sizes; elements), plain or packed with gzip.
/// </summary>
public static class IdxFile
{
    /// <summary>Reads the file and converts its elements to <typeparamref name="T"/>.</summary>
    /// <exception cref="DataFileException">The file is missing, is no IDX file, or is cut off.</exception>
    public static HostArray<T> Read<T>(string path)
        where T : unmanaged, INumberBase<T>
    {
        byte[] bytes = DataFile.ReadAll(path);
        if (bytes is not [0, 0, var type, var rank, ..]) throw new DataFileException(path, "is no IDX file: the first two bytes are not 0");
        int size = type switch
        {
            0x08 or 0x09 => 1,
            0x0B => 2,
            0x0C or 0x0D => 4,
            0x0E => 8,
            _ => throw new DataFileException(path, $"element type 0x{type:X2} is none of IDX's (0x08, 0x09, 0x0B to 0x0E)"),
        };
        int start = 4 + 4 * rank;
        if (bytes.Length < start) throw new DataFileException(path, $"is cut off: the header has {start} bytes, the file {bytes.Length}");
        var shape = new int[rank];
        long count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            shape[axis] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + 4 * axis));
            if (shape[axis] < 0) throw new DataFileException(path, $"axis {axis} has the negative size {shape[axis]}");
            count *= shape[axis];
        }

        if (bytes.Length - start != count * size)
        {
            throw new DataFileException(path, $"shape [{string.Join(", ", shape)}] needs {count * size} bytes of data, found {bytes.Length - start}");
        }

        var values = new T[count];
        for (int i = 0; i < values.Length; i++) values[i] = Element<T>(type, bytes.AsSpan(start + i * size));
        return new HostArray<T>(values, shape);
    }

    private static T Element<T>(byte type, ReadOnlySpan<byte> bytes)
        where T : INumberBase<T> => type switch
        {
            0x08 => T.CreateChecked(bytes[0]),
            0x09 => T.CreateChecked((sbyte)bytes[0]),
            0x0B => T.CreateChecked(BinaryPrimitives.ReadInt16BigEndian(bytes)),
            0x0C => T.CreateChecked(BinaryPrimitives.ReadInt32BigEndian(bytes)),
            0x0D => T.CreateChecked(BinaryPrimitives.ReadSingleBigEndian(bytes)),
            _ => T.CreateChecked(BinaryPrimitives.ReadDoubleBigEndian(bytes)),
        };
}
