namespace SsmDsl.Devices;

/// <summary>
/// The memory of a device. Operations are in order with each other and with the kernels of the device; those that give
/// something to the host return when it is there.
/// </summary>
public abstract unsafe class DeviceMemory
{
    /// <summary>The memory of this process.</summary>
    public static DeviceMemory Host { get; } = new HostMemory(isHost: true);

    /// <summary>
    /// Memory of this process for a device that is simulated. Nobody relies on that: what is not copied in and out is wrong with it as
    /// with a GPU's.
    /// </summary>
    public static DeviceMemory Simulated { get; } = new HostMemory(isHost: false);

    /// <summary>Whether an address of the device is one of this process, so that nothing has to be copied.</summary>
    public abstract bool IsHost { get; }

    /// <summary>Memory of undefined contents, aligned to 64 bytes or more; of 0 bytes, some address all the same.</summary>
    public abstract void* Allocate(nint bytes);

    /// <summary>Gives memory back; null is nothing.</summary>
    public abstract void Free(void* pointer);

    /// <summary>Copies to the device; the host's memory may be changed when it returns.</summary>
    public abstract void CopyIn(void* device, void* host, nint bytes);

    /// <summary>Copies to the host.</summary>
    public abstract void CopyOut(void* host, void* device, nint bytes);

    /// <summary>Copies from one place on the device to another; they do not overlap.</summary>
    public abstract void CopyWithin(void* to, void* from, nint bytes);

    /// <summary>Sets memory of the device to zero.</summary>
    public abstract void Clear(void* pointer, nint bytes);

    /// <summary>Returns when all that was given to the device is done.</summary>
    public abstract void Synchronize();
}
