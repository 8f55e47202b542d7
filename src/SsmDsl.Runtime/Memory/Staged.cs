using SsmDsl.Devices;

namespace SsmDsl.Memory;

/// <summary>
/// Elements of a device's memory where the host can read and write them: the memory itself, or a copy. Dispose it.
/// </summary>
internal readonly unsafe ref struct Staged
{
    private readonly DeviceMemory memory;
    private readonly byte* device;
    private readonly nint bytes;
    private readonly NativeBlock? copy;

    /// <param name="read">Whether what is there is wanted.</param>
    public Staged(DeviceMemory memory, void* device, nint bytes, bool read = true)
    {
        this.memory = memory;
        this.device = (byte*)device;
        this.bytes = bytes;
        Pointer = this.device;
        if (memory.IsHost) return;
        copy = new NativeBlock(bytes);
        Pointer = copy.Pointer;
        if (read) memory.CopyOut(Pointer, device, bytes);
    }

    public byte* Pointer { get; }

    /// <summary>Puts what was written in its place.</summary>
    public void Commit()
    {
        if (copy is not null) memory.CopyIn(device, copy.Pointer, bytes);
    }

    public void Dispose() => copy?.Dispose();
}
