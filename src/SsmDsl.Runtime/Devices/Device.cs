using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl;

/// <summary>
/// What models run on. Any number of models may share a device; dispose it after them. All calls are synchronous.
/// </summary>
public abstract class Device : IDisposable
{
    /// <summary>For classes of devices in other packages.</summary>
    protected Device()
    {
    }

    /// <summary>Runs the parallel loops of kernels.</summary>
    public abstract WorkPool Pool { get; }

    /// <summary>Where its tensors are; by default in the memory of this process.</summary>
    public virtual DeviceMemory Memory => DeviceMemory.Host;

    /// <summary>Optimizers for memory of its own; null: the processor does their work.</summary>
    public virtual TrainingKernels? Training => null;

    /// <summary>Whether it runs programs that are made for the processor.</summary>
    public virtual bool RunsHostPrograms => Memory.IsHost;

    /// <summary>The processor.</summary>
    /// <param name="threads">
    /// Threads that work on one call, the calling one included; 0: one for each processor that this process may use.
    /// Results do not depend on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative or above 1024.</exception>
    public static Device Cpu(int threads = 0) => new CpuDevice(threads);

    /// <summary>Frees what the device holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What it is, for logs: kind, threads, width of its vectors.</summary>
    public abstract override string ToString();

    /// <summary>Frees what the device holds.</summary>
    protected abstract void Dispose(bool disposing);
}
