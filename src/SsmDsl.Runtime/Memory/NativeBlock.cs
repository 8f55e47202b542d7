using SsmDsl.Devices;

namespace SsmDsl.Memory;

/// <summary>A piece of a device's memory, aligned to 64 bytes. Freed on disposal, at the latest when it is collected.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    public const int Alignment = 64;

    private readonly DeviceMemory memory;
    private byte* pointer;

    /// <summary>In the memory of this process.</summary>
    public NativeBlock(nint bytes, bool zero = false)
        : this(DeviceMemory.Host, bytes, zero)
    {
    }

    public NativeBlock(DeviceMemory memory, nint bytes, bool zero = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        this.memory = memory;
        Bytes = Align(bytes == 0 ? 1 : bytes);
        pointer = (byte*)memory.Allocate(Bytes);
        if (!memory.IsHost) GC.AddMemoryPressure(Bytes);
        if (zero) memory.Clear(pointer, Bytes);
    }

    ~NativeBlock() => Free();

    public nint Bytes { get; }

    public byte* Pointer => pointer;

    public static nint Align(nint bytes) => checked(bytes + Alignment - 1) & -Alignment;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (pointer == null) return;
        memory.Free(pointer);
        if (!memory.IsHost) GC.RemoveMemoryPressure(Bytes);
        pointer = null;
    }
}
