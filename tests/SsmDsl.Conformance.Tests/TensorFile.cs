using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace SsmDsl.Conformance.Tests;

/// <summary>A tensor as the tests see it: real parts and imaginary parts are neighbours, everything is double.</summary>
public sealed record TensorData(long[] Shape, double[] Values, bool IsInteger);

/// <summary>Reads and writes safetensors files without the code under test.</summary>
public static class TensorFile
{
    public static Dictionary<string, TensorData> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        var tensors = new Dictionary<string, TensorData>();
        foreach (JsonProperty entry in header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            string type = entry.Value.GetProperty("dtype").GetString()!;
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            int start = entry.Value.GetProperty("data_offsets")[0].GetInt32() + 8 + headerLength;
            int size = type is "F64" or "I64" ? 8 : type == "BOOL" ? 1 : 4;
            var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
            for (int i = 0; i < values.Length; i++) values[i] = Element(type, bytes.AsSpan(start + i * size, size));
            tensors[entry.Name] = new TensorData(shape, values, type.StartsWith('I'));
        }

        return tensors;
    }

    public static void Write(string path, IEnumerable<KeyValuePair<string, TensorData>> tensors)
    {
        using var data = new MemoryStream();
        var header = new Dictionary<string, object>();
        foreach ((string name, TensorData tensor) in tensors)
        {
            long start = data.Length;
            foreach (double value in tensor.Values)
            {
                data.Write(tensor.IsInteger ? BitConverter.GetBytes((long)value) : BitConverter.GetBytes(value));
            }

            header[name] = new { dtype = tensor.IsInteger ? "I64" : "F64", shape = tensor.Shape, data_offsets = new[] { start, data.Length } };
        }

        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((ulong)json.Length));
        file.Write(json);
        data.WriteTo(file);
    }

    private static double Element(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "F64" => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "I64" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "I32" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "BOOL" => bytes[0],
        _ => throw new NotSupportedException(type),
    };
}
