using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl.Cli.Tests.Describing;

/// <summary>The processor, with memory whose bytes are counted.</summary>
internal sealed class CountingDevice : Device
{
    private readonly Device processor = Cpu(2);

    public CountingMemory Counted { get; } = new();

    public override WorkPool Pool => processor.Pool;

    public override DeviceMemory Memory => Counted;

    public override string ToString() => "the processor, counting";

    protected override void Dispose(bool disposing) => processor.Dispose();
}

/// <summary>Memory of the process that knows how much of it was in use at most.</summary>
internal sealed unsafe class CountingMemory : DeviceMemory
{
    private readonly Dictionary<nint, nint> blocks = [];
    private nint inUse;

    public nint Peak { get; private set; }

    public override bool IsHost => true;

    public override void* Allocate(nint bytes)
    {
        void* block = Host.Allocate(bytes);
        lock (blocks)
        {
            blocks[(nint)block] = bytes;
            inUse += bytes;
            Peak = Math.Max(Peak, inUse);
        }

        return block;
    }

    public override void Free(void* pointer)
    {
        lock (blocks)
        {
            if (blocks.Remove((nint)pointer, out nint bytes)) inUse -= bytes;
        }

        Host.Free(pointer);
    }

    public override void CopyIn(void* device, void* host, nint bytes) => Host.CopyIn(device, host, bytes);

    public override void CopyOut(void* host, void* device, nint bytes) => Host.CopyOut(host, device, bytes);

    public override void CopyWithin(void* to, void* from, nint bytes) => Host.CopyWithin(to, from, bytes);

    public override void Clear(void* pointer, nint bytes) => Host.Clear(pointer, bytes);

    public override void Synchronize() => Host.Synchronize();
}
