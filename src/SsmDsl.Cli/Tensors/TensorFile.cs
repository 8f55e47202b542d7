using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SsmDsl.Cli.Tensors;

/// <summary>Files of named tensors in the safetensors format: a header of JSON, then the elements, little endian.</summary>
internal static class TensorFile
{
    private const long LongestHeader = 100_000_000;

    public static Dictionary<string, HostTensor> Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"{path}: {e.Message}", e);
        }

        try
        {
            return Parse(bytes);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException
            or FormatException or OverflowException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new RunException($"{path} is no safetensors file, or is damaged: {e.Message}", e);
        }
    }

    public static void Write(string path, IReadOnlyDictionary<string, HostTensor> tensors) => OutputFile.Write(path, stream =>
    {
        byte[] header = Header(tensors);
        stream.Write(BitConverter.GetBytes((ulong)header.Length));
        stream.Write(header);
        foreach (HostTensor tensor in tensors.Values) stream.Write(Bytes(tensor));
    });

    private static Dictionary<string, HostTensor> Parse(byte[] bytes)
    {
        if (bytes.Length < 8) throw new InvalidDataException("it is shorter than a header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > LongestHeader || (long)length > bytes.Length - 8) throw new InvalidDataException("its header is longer than the file");
        int start = 8 + (int)length;
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, (int)length));
        var tensors = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__") continue;
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            if (shape.Any(n => n < 0)) throw new InvalidDataException($"'{entry.Name}' has a negative size");
            long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(n => n.GetInt64())];
            if (offsets is not [>= 0 and var from, var to] || to < from || to > bytes.Length - start) throw new InvalidDataException($"the data of '{entry.Name}' lies outside of the file");
            string type = entry.Value.GetProperty("dtype").GetString() ?? "";
            if (!tensors.TryAdd(entry.Name, Tensor(entry.Name, type, shape, bytes.AsSpan(start + (int)from, (int)(to - from)))))
            {
                throw new InvalidDataException($"it has '{entry.Name}' twice");
            }
        }

        return tensors;
    }

    private static HostTensor Tensor(string name, string type, long[] shape, ReadOnlySpan<byte> data)
    {
        int size = type switch { "F64" or "I64" => 8, "F32" or "I32" => 4, "BOOL" or "U8" => 1, _ => 0 };
        if (size == 0) throw new InvalidDataException($"'{name}' has elements of type {type}; F32, F64, I64, I32 and BOOL can be read");
        long count = HostTensor.Count(shape);
        if (count * size != data.Length) throw new InvalidDataException($"'{name}' of shape [{string.Join(", ", shape)}] and type {type} has {data.Length} bytes");
        var values = new double[count];
        switch (type)
        {
            case "F64":
                MemoryMarshal.Cast<byte, double>(data).CopyTo(values);
                return new HostTensor(shape, values, Storage.F64);
            case "F32":
                ReadOnlySpan<float> floats = MemoryMarshal.Cast<byte, float>(data);
                for (int i = 0; i < values.Length; i++) values[i] = floats[i];
                return new HostTensor(shape, values, Storage.F32);
            case "I32":
                ReadOnlySpan<int> ints = MemoryMarshal.Cast<byte, int>(data);
                for (int i = 0; i < values.Length; i++) values[i] = ints[i];
                return new HostTensor(shape, values, Storage.I64);
            case "I64":
                ReadOnlySpan<long> longs = MemoryMarshal.Cast<byte, long>(data);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = longs[i] is >= int.MinValue and <= int.MaxValue
                        ? longs[i]
                        : throw new InvalidDataException($"'{name}' holds {longs[i]}, which is no int of 32 bits");
                }

                return new HostTensor(shape, values, Storage.I64);
            default:
                for (int i = 0; i < values.Length; i++) values[i] = data[i] != 0 ? 1 : 0;
                return new HostTensor(shape, values, Storage.Bool);
        }
    }

    private static byte[] Header(IReadOnlyDictionary<string, HostTensor> tensors)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach ((string name, HostTensor tensor) in tensors)
            {
                long end = offset + tensor.Values.LongLength * (tensor.Storage switch { Storage.F32 => 4, Storage.Bool => 1, _ => 8 });
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Storage.ToString().ToUpperInvariant());
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        // The data starts at a multiple of 8.
        int padding = (int)(-text.Length & 7);
        text.Write(Encoding.ASCII.GetBytes(new string(' ', padding)));
        return text.ToArray();
    }

    private static ReadOnlySpan<byte> Bytes(HostTensor tensor) => tensor.Storage switch
    {
        Storage.F64 => MemoryMarshal.AsBytes(tensor.Values.AsSpan()),
        Storage.F32 => MemoryMarshal.AsBytes(Array.ConvertAll(tensor.Values, v => (float)v).AsSpan()),
        Storage.I64 => MemoryMarshal.AsBytes(Array.ConvertAll(tensor.Values, v => (long)v).AsSpan()),
        _ => Array.ConvertAll(tensor.Values, v => (byte)v),
    };
}
