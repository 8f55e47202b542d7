using System.Globalization;
using SsmDsl.Ilgpu;

namespace SsmDsl;

/// <summary>A device that may be there (<c>Device.All()</c>).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Its number among those of its kind, as for <c>Device.Cuda</c>.</param>
/// <param name="Name">The hardware's name.</param>
/// <param name="Memory">Bytes of its memory; 0 where that is the process's.</param>
/// <param name="Problem">Why it cannot be used, or null.</param>
public sealed record DeviceDescription(DeviceKind Kind, int Index, string Name, long Memory, string? Problem)
{
    /// <summary>Makes the device. Dispose it.</summary>
    /// <exception cref="DeviceException">It cannot be used.</exception>
    public Device Open() => Kind switch
    {
        DeviceKind.Cpu => Device.Cpu(),
        DeviceKind.Cuda => CudaDevices.Open(Index),
        _ => Simulator.Open(),
    };

    /// <summary>Kind, name, memory, and the problem if there is one.</summary>
    public override string ToString()
    {
        string kind = Kind switch { DeviceKind.Cpu => "cpu", DeviceKind.Cuda => $"cuda:{Index}", _ => "ilgpu-cpu" };
        string memory = Memory == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Memory / (1024.0 * 1024 * 1024):F1} GiB");
        return $"{kind}: {Name}{memory}{(Problem is null ? "" : $" (unusable: {Problem})")}";
    }
}

/// <summary>Kinds of devices.</summary>
public enum DeviceKind
{
    /// <summary>The processor, with vector code.</summary>
    Cpu,

    /// <summary>A GPU of NVIDIA's.</summary>
    Cuda,

    /// <summary>ILGPU's simulator of a GPU on the processor: for tests of kernels, many times slower than <see cref="Cpu"/>.</summary>
    Simulator,
}
