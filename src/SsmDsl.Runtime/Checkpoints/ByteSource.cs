using Microsoft.Win32.SafeHandles;

namespace SsmDsl.Checkpoints;

/// <summary>Bytes that can be read from any position.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>The file's name, or null.</summary>
    public virtual string? Name => null;

    public abstract long Length { get; }

    /// <summary>Fills the span; the caller has checked that as many bytes are there.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    public virtual void Dispose()
    {
    }

    public static ByteSource Of(string path)
    {
        try
        {
            return new FileSource(path, File.OpenHandle(path, options: FileOptions.SequentialScan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CheckpointException(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message, path, cause: e);
        }
    }

    /// <summary>The stream from its position to its end; one that cannot seek is read into memory.</summary>
    public static ByteSource Of(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek) return new StreamSource(stream);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new MemorySource(copy.ToArray());
    }

    public static ByteSource Of(byte[] bytes) => new MemorySource(bytes);

    private sealed class FileSource(string path, SafeFileHandle handle) : ByteSource
    {
        public override string Name => path;

        public override long Length { get; } = RandomAccess.GetLength(handle);

        public override void Read(long offset, Span<byte> destination)
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(handle, destination, offset);
                if (read == 0) throw new CheckpointException("the file became shorter while it was read", path);
                destination = destination[read..];
                offset += read;
            }
        }

        public override void Dispose() => handle.Dispose();
    }

    private sealed class StreamSource(Stream stream) : ByteSource
    {
        private readonly long start = stream.Position;

        public override long Length { get; } = stream.Length - stream.Position;

        public override void Read(long offset, Span<byte> destination)
        {
            stream.Position = start + offset;
            stream.ReadExactly(destination);
        }
    }

    private sealed class MemorySource(byte[] bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override void Read(long offset, Span<byte> destination) => bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
    }
}
