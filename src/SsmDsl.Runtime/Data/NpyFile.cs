using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace SsmDsl;

/// <summary>
/// NumPy's <c>.npy</c> files, versions 1 to 3 (NumPy Enhancement Proposal 1), little-endian, C order; plain or packed with gzip.
/// </summary>
public static partial class NpyFile
{
    /// <summary>Reads the file and converts its elements to <typeparamref name="T"/>.</summary>
    /// <exception cref="DataFileException">The file is missing, is no .npy file, is cut off, or has a layout that is not supported.</exception>
    public static HostArray<T> Read<T>(string path)
        where T : unmanaged, INumberBase<T>
    {
        byte[] bytes = DataFile.ReadAll(path);
        if (bytes.Length < 12 || !bytes.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw new DataFileException(path, "is no .npy file: it does not start with \\x93NUMPY");
        }

        bool wide = bytes[6] >= 2;
        long headerLength = wide ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        long start = (wide ? 12 : 10) + headerLength;
        if (start > bytes.Length) throw new DataFileException(path, $"is cut off: the header ends at byte {start}, the file has {bytes.Length}");
        string header = Encoding.UTF8.GetString(bytes, wide ? 12 : 10, (int)headerLength);
        string type = Descriptor().Match(header).Groups[1].Value;
        if (FortranOrder().IsMatch(header)) throw new DataFileException(path, "is in Fortran order; save it with numpy.ascontiguousarray");
        int[] shape = [.. Number().Matches(ShapeOf().Match(header).Groups[1].Value).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture))];
        int size = ElementSize(path, type);
        long count = shape.Aggregate(1L, (a, b) => a * b);
        if (bytes.Length - start < count * size)
        {
            throw new DataFileException(path, $"shape [{string.Join(", ", shape)}] of '{type}' needs {count * size} bytes of data, found {bytes.Length - start}");
        }

        var values = new T[count];
        for (int i = 0; i < values.Length; i++) values[i] = Element<T>(type, bytes.AsSpan((int)start + i * size, size));
        return new HostArray<T>(values, shape);
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static int ElementSize(string path, string type) => type switch
    {
        "|u1" or "|i1" or "|b1" => 1,
        "<f2" or "<i2" or "<u2" => 2,
        "<f4" or "<i4" or "<u4" => 4,
        "<f8" or "<i8" or "<u8" => 8,
        _ => throw new DataFileException(path, $"element type '{type}' is not supported; convert it with numpy.astype to float32, float64 or an int type"),
    };

    private static T Element<T>(string type, ReadOnlySpan<byte> bytes)
        where T : INumberBase<T> => type switch
        {
            "|u1" or "|b1" => T.CreateChecked(bytes[0]),
            "|i1" => T.CreateChecked((sbyte)bytes[0]),
            "<f2" => T.CreateChecked(BinaryPrimitives.ReadHalfLittleEndian(bytes)),
            "<i2" => T.CreateChecked(BinaryPrimitives.ReadInt16LittleEndian(bytes)),
            "<u2" => T.CreateChecked(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            "<f4" => T.CreateChecked(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
            "<i4" => T.CreateChecked(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            "<u4" => T.CreateChecked(BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
            "<f8" => T.CreateChecked(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
            "<i8" => T.CreateChecked(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            _ => T.CreateChecked(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        };

    [GeneratedRegex("'descr':\\s*'([^']*)'")]
    private static partial Regex Descriptor();

    [GeneratedRegex("'fortran_order':\\s*True")]
    private static partial Regex FortranOrder();

    [GeneratedRegex("'shape':\\s*\\(([^)]*)\\)")]
    private static partial Regex ShapeOf();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
