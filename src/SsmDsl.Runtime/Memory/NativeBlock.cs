using System.Runtime.InteropServices;

namespace SsmDsl.Memory;

/// <summary>A piece of native memory, aligned to 64 bytes. Freed on disposal, at the latest when it is collected.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    public const int Alignment = 64;

    private byte* pointer;

    public NativeBlock(nint bytes, bool zero = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = Align(bytes == 0 ? 1 : bytes);
        pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, Alignment);
        if (zero) NativeMemory.Clear(pointer, (nuint)Bytes);
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
        NativeMemory.AlignedFree(pointer);
        pointer = null;
    }
}
