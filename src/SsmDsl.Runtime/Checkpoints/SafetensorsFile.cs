using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using SsmDsl.Checkpoints;

namespace SsmDsl;

/// <summary>
/// A safetensors file that is open for reading. The header is checked when it is opened; tensors are read, and converted,
/// when they are asked for. For one thread at a time.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int Chunk = 1 << 16;

    private readonly ByteSource source;
    private readonly Dictionary<string, SafetensorsEntry> byName;

    private SafetensorsFile(ByteSource source)
    {
        this.source = source;
        SafetensorsHeader header;
        try
        {
            header = SafetensorsHeader.Read(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }

        Entries = header.Entries;
        Metadata = header.Metadata;
        byName = Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors, in the order of the header.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The texts that the file carries beside its tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The file's path, or null.</summary>
    public string? Path => source.Name;

    /// <summary>Opens a file.</summary>
    /// <exception cref="CheckpointException">It is missing, cut off, or no safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(ByteSource.Of(path));
    }

    /// <summary>Opens what a stream holds from its position to its end. The stream stays open.</summary>
    /// <exception cref="CheckpointException">It is cut off, or no safetensors file.</exception>
    public static SafetensorsFile Open(Stream stream) => new(ByteSource.Of(stream));

    /// <summary>Opens a file that is in memory.</summary>
    /// <exception cref="CheckpointException">It is cut off, or no safetensors file.</exception>
    public static SafetensorsFile Open(ReadOnlySpan<byte> bytes) => new(ByteSource.Of(bytes.ToArray()));

    /// <summary>Finds a tensor.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out SafetensorsEntry? entry) => byName.TryGetValue(name, out entry);

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="CheckpointException">There is none; the message offers the nearest name.</exception>
    public SafetensorsEntry this[string name] => byName.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new CheckpointException($"there is no tensor '{name}'{NearestName.Offer(name, byName.Keys)}", Path, name);

    /// <summary>Reads a tensor. Reals are read as float or double from F64, F32, F16 and BF16; int and long from I64, I32 and U8; bool from BOOL and U8.</summary>
    /// <exception cref="CheckpointException">The element type does not fit, or a value does not (an int beyond 32 bits).</exception>
    /// <exception cref="ArgumentException">The span has another number of elements.</exception>
    public void Read<T>(string name, Span<T> destination)
        where T : unmanaged
    {
        SafetensorsEntry entry = this[name];
        if (destination.Length != entry.Count) throw new ArgumentException($"tensor '{name}' has {entry.Count} elements, the span has {destination.Length}", nameof(destination));
        int size = ElementReading.Size(entry.Type);
        if (!ElementReading.Fits<T>(entry.Type))
        {
            throw new CheckpointException($"tensor '{name}' holds {entry.TypeName}, which cannot be read as {typeof(T).Name}", Path, name);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            int step = Chunk / size;
            for (int start = 0; start < destination.Length; start += step)
            {
                Span<T> part = destination.Slice(start, Math.Min(step, destination.Length - start));
                Span<byte> bytes = buffer.AsSpan(0, part.Length * size);
                source.Read(entry.Offset + (long)start * size, bytes);
                int bad = ElementReading.Convert(entry.Type, bytes, part);
                if (bad >= 0) throw new CheckpointException($"tensor '{name}' has a value at {start + bad} that does not fit into {typeof(T).Name}", Path, name);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a tensor into a new array.</summary>
    /// <inheritdoc cref="Read{T}(string, Span{T})"/>
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        long count = this[name].Count;
        if (count > Array.MaxLength) throw new CheckpointException($"tensor '{name}' has {count} elements, too many for an array", Path, name);
        var values = new T[count];
        Read(name, values.AsSpan());
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
