using System.Runtime.InteropServices;
using System.Text.Json;
using SsmDsl.Checkpoints;
using SsmDsl.Models;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>Collects tensors and writes them as a safetensors file. Values are read when the file is written.</summary>
public sealed class SafetensorsWriter
{
    private readonly List<Entry> entries = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal) { "__metadata__" };

    /// <summary>Texts that go into the file beside the tensors.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor. Elements: float, double, long, int, byte or bool.</summary>
    /// <exception cref="ArgumentException">The name is there already, or the number of values is not that of the shape.</exception>
    public void Add<T>(string name, ReadOnlySpan<nint> shape, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        SafetensorsType type = TypeOf<T>();
        long count = 1;
        foreach (nint size in shape) count = checked(count * size);
        if (count != values.Length) throw new ArgumentException($"tensor '{name}' [{TensorShapes.Text(shape)}] has {count} elements, found {values.Length}", nameof(values));
        Add(name, type, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.Span)));
    }

    /// <summary>Writes the file beside its place, forces it to the disk, and renames it.</summary>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes the file to a stream.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);

        // Wider elements first, as other writers do it: then every tensor is aligned.
        Entry[] ordered = [.. entries.OrderByDescending(e => ElementReading.Size(e.Type))];
        byte[] header = Header(ordered);
        stream.Write(BitConverter.GetBytes((ulong)header.Length));
        stream.Write(header);
        foreach (Entry entry in ordered) entry.Write(stream);
    }

    internal void AddCopy(string name, Parameter parameter) =>
        Add(name, parameter.Real == ElementKind.Float64 ? SafetensorsType.F64 : SafetensorsType.F32, parameter.Shape.AsSpan(), parameter.WriteTo);

    internal void Add(string name, SafetensorsType type, ReadOnlySpan<nint> shape, Action<Stream> write)
    {
        if (!names.Add(name)) throw new ArgumentException($"tensor '{name}' is there already", nameof(name));
        entries.Add(new Entry(name, type, shape.ToArray(), write));
    }

    private byte[] Header(Entry[] ordered)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in Metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }

            long place = 0;
            foreach (Entry entry in ordered)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Type == SafetensorsType.Bool ? "BOOL" : entry.Type.ToString());
                json.WriteStartArray("shape");
                foreach (nint size in entry.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(place);
                json.WriteNumberValue(place += entry.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static SafetensorsType TypeOf<T>() =>
        typeof(T) == typeof(float) ? SafetensorsType.F32
        : typeof(T) == typeof(double) ? SafetensorsType.F64
        : typeof(T) == typeof(long) ? SafetensorsType.I64
        : typeof(T) == typeof(int) ? SafetensorsType.I32
        : typeof(T) == typeof(byte) ? SafetensorsType.U8
        : typeof(T) == typeof(bool) ? SafetensorsType.Bool
        : throw new ArgumentException($"files hold float, double, long, int, byte or bool, not {typeof(T).Name}");

    private sealed record Entry(string Name, SafetensorsType Type, nint[] Shape, Action<Stream> Write)
    {
        public long Bytes => Shape.Aggregate((long)ElementReading.Size(Type), (bytes, size) => checked(bytes * size));
    }
}
