using System.Runtime.InteropServices;

namespace SsmDsl.Devices;

/// <summary>The memory of this process.</summary>
internal sealed unsafe class HostMemory(bool isHost) : DeviceMemory
{
    private const int Alignment = 64;

    public override bool IsHost => isHost;

    public override void* Allocate(nint bytes) => NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);

    public override void Free(void* pointer) => NativeMemory.AlignedFree(pointer);

    public override void CopyIn(void* device, void* host, nint bytes) => Buffer.MemoryCopy(host, device, bytes, bytes);

    public override void CopyOut(void* host, void* device, nint bytes) => Buffer.MemoryCopy(device, host, bytes, bytes);

    public override void CopyWithin(void* to, void* from, nint bytes) => Buffer.MemoryCopy(from, to, bytes, bytes);

    public override void Clear(void* pointer, nint bytes) => NativeMemory.Clear(pointer, (nuint)bytes);

    public override void Synchronize()
    {
    }
}
