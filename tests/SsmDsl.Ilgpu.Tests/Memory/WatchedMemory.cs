using SsmDsl.Devices;

namespace SsmDsl.Ilgpu.Tests.Memory;

/// <summary>Memory that knows its blocks: an address that is in none of them throws; what nobody wrote is no number.</summary>
internal sealed unsafe class WatchedMemory(DeviceMemory inner) : DeviceMemory
{
    private readonly SortedList<nint, nint> blocks = [];
    private readonly Lock gate = new();

    public override bool IsHost => false;

    /// <summary>Bytes copied to the device so far.</summary>
    public long In { get; private set; }

    /// <summary>Bytes copied to the host so far.</summary>
    public long Out { get; private set; }

    /// <summary>Copies to the host so far, each of which waits for the device.</summary>
    public long Copies { get; private set; }

    public override void* Allocate(nint bytes)
    {
        void* pointer = inner.Allocate(bytes);
        new Span<byte>(pointer, checked((int)bytes)).Fill(0xFF);
        lock (gate) blocks.Add((nint)pointer, Math.Max(bytes, 1));
        return pointer;
    }

    public override void Free(void* pointer)
    {
        lock (gate)
        {
            if (!blocks.Remove((nint)pointer)) throw new InvalidOperationException("freed twice, or never allocated");
        }

        inner.Free(pointer);
    }

    public override void CopyIn(void* device, void* host, nint bytes)
    {
        Check(device, bytes, isInside: true);
        Check(host, bytes, isInside: false);
        lock (gate) In += bytes;
        inner.CopyIn(device, host, bytes);
    }

    public override void CopyOut(void* host, void* device, nint bytes)
    {
        Check(device, bytes, isInside: true);
        Check(host, bytes, isInside: false);
        lock (gate) (Out, Copies) = (Out + bytes, Copies + 1);
        inner.CopyOut(host, device, bytes);
    }

    public override void CopyWithin(void* to, void* from, nint bytes)
    {
        Check(to, bytes, isInside: true);
        Check(from, bytes, isInside: true);
        inner.CopyWithin(to, from, bytes);
    }

    public override void Clear(void* pointer, nint bytes)
    {
        Check(pointer, bytes, isInside: true);
        inner.Clear(pointer, bytes);
    }

    public override void Synchronize() => inner.Synchronize();

    private void Check(void* pointer, nint bytes, bool isInside)
    {
        if (bytes == 0) return;
        lock (gate)
        {
            int low = 0, high = blocks.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (blocks.GetKeyAtIndex(middle) <= (nint)pointer) low = middle + 1;
                else high = middle;
            }

            bool found = low > 0 && (nint)pointer + bytes <= blocks.GetKeyAtIndex(low - 1) + blocks.GetValueAtIndex(low - 1);
            if (found != isInside) throw new InvalidOperationException(isInside ? "an address of the host was given for one of the device" : "an address of the device was given for one of the host");
        }
    }
}
