using System.Buffers.Binary;
using System.Text.Json;

namespace SsmDsl.Checkpoints;

/// <summary>Reads and checks the header of a safetensors file: 8 bytes of length, JSON, then the tensors' bytes without gap or overlap.</summary>
internal sealed class SafetensorsHeader
{
    private const long MaximalHeader = 100_000_000;

    private readonly ByteSource source;
    private readonly long dataStart;

    private SafetensorsHeader(ByteSource source, long dataStart)
    {
        this.source = source;
        this.dataStart = dataStart;
    }

    public List<SafetensorsEntry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    public static SafetensorsHeader Read(ByteSource source)
    {
        if (source.Length < 8) throw new CheckpointException($"is no safetensors file: it has {source.Length} bytes, which is less than a header", source.Name);
        Span<byte> length = stackalloc byte[8];
        source.Read(0, length);
        ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (bytes > MaximalHeader) throw new CheckpointException($"is no safetensors file: its header would have {bytes} bytes", source.Name);
        if ((long)bytes > source.Length - 8)
        {
            throw new CheckpointException($"is cut off, or is no safetensors file: the header has {bytes} bytes, the file {source.Length}", source.Name);
        }

        var json = new byte[bytes];
        source.Read(8, json);
        var header = new SafetensorsHeader(source, 8 + (long)bytes);
        header.Parse(json);
        header.CheckPlaces();
        return header;
    }

    private void Parse(byte[] json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"is no safetensors file: its header is no JSON ({e.Message})", source.Name, cause: e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new CheckpointException("is no safetensors file: its header is no JSON object", source.Name);
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name)) throw new CheckpointException($"the header has '{property.Name}' twice", source.Name, property.Name);
                if (property.Name == "__metadata__") ReadMetadata(property.Value);
                else Entries.Add(ReadEntry(property.Name, property.Value));
            }
        }
    }

    private void ReadMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object) throw new CheckpointException("the metadata of the header is no JSON object", source.Name);
        foreach (JsonProperty item in metadata.EnumerateObject())
        {
            Metadata[item.Name] = item.Value.ValueKind == JsonValueKind.String
                ? item.Value.GetString()!
                : throw new CheckpointException($"the metadata '{item.Name}' is no string", source.Name);
        }
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("shape", out JsonElement shape) || Numbers(shape) is not { } sizes
            || !entry.TryGetProperty("data_offsets", out JsonElement offsets) || Numbers(offsets) is not [var begin, var end])
        {
            throw new CheckpointException($"the header's entry of '{name}' has not the form {{dtype, shape, data_offsets: [begin, end]}}", source.Name, name);
        }

        string typeName = dtype.GetString()!;
        (SafetensorsType type, int size) = TypeOf(typeName);
        try
        {
            long bytes = size;
            foreach (long axis in sizes) bytes = checked(bytes * axis);
            if (size > 0 && end - begin != bytes)
            {
                throw new CheckpointException(
                    $"tensor '{name}' of {typeName} [{string.Join(", ", sizes)}] has {bytes} bytes, but its place has {end - begin}", source.Name, name);
            }

            if (end < begin || end > source.Length - dataStart)
            {
                throw new CheckpointException(
                    $"is cut off: tensor '{name}' ends at byte {checked(dataStart + end)}, the file has {source.Length}", source.Name, name);
            }
        }
        catch (OverflowException e)
        {
            throw new CheckpointException($"tensor '{name}' has an impossible shape [{string.Join(", ", sizes)}] or place", source.Name, name, e);
        }

        return new SafetensorsEntry(name, type, typeName, [.. sizes.Select(s => (nint)s)], dataStart + begin, end - begin);
    }

    private void CheckPlaces()
    {
        long place = dataStart;
        SafetensorsEntry? before = null;
        foreach (SafetensorsEntry entry in Entries.OrderBy(e => e.Offset).ThenBy(e => e.Bytes))
        {
            if (entry.Offset < place)
            {
                throw new CheckpointException(
                    before is null ? $"tensor '{entry.Name}' begins inside of the header" : $"tensors '{before.Name}' and '{entry.Name}' overlap", source.Name, entry.Name);
            }

            if (entry.Offset > place) throw new CheckpointException($"{entry.Offset - place} bytes before tensor '{entry.Name}' belong to no tensor", source.Name, entry.Name);
            place = entry.Offset + entry.Bytes;
            before = entry;
        }

        if (place != source.Length) throw new CheckpointException($"has {source.Length - place} bytes behind its last tensor", source.Name);
    }

    private static long[]? Numbers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array) return null;
        var numbers = new List<long>();
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0) return null;
            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>Size 0: not known, and not checked.</summary>
    private static (SafetensorsType Type, int Size) TypeOf(string name) => name switch
    {
        "F64" => (SafetensorsType.F64, 8),
        "F32" => (SafetensorsType.F32, 4),
        "F16" => (SafetensorsType.F16, 2),
        "BF16" => (SafetensorsType.BF16, 2),
        "I64" => (SafetensorsType.I64, 8),
        "I32" => (SafetensorsType.I32, 4),
        "U8" => (SafetensorsType.U8, 1),
        "BOOL" => (SafetensorsType.Bool, 1),
        _ => (SafetensorsType.Other, 0),
    };
}
