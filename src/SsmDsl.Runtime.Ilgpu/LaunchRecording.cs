using System.Diagnostics;
using System.Reflection;

namespace SsmDsl.Ilgpu;

/// <summary>
/// How long each kernel of a device takes, from <see cref="IlgpuDevice.Record"/> until its disposal. The device is waited for before
/// and after each launch: a run as a whole takes longer than one that is not recorded.
/// </summary>
public sealed class LaunchRecording : IDisposable
{
    private readonly IlgpuDevice device;
    private readonly Lock gate = new();
    private readonly Dictionary<MethodInfo, LaunchTimes> kernels = [];
    private LaunchTimes clears;

    internal LaunchRecording(IlgpuDevice device) => this.device = device;

    /// <summary>Kernels by their methods.</summary>
    public IReadOnlyDictionary<MethodInfo, LaunchTimes> Kernels
    {
        get
        {
            lock (gate) return new Dictionary<MethodInfo, LaunchTimes>(kernels);
        }
    }

    /// <summary>Blocks of memory that were set to zero.</summary>
    public LaunchTimes Clears
    {
        get
        {
            lock (gate) return clears;
        }
    }

    /// <summary>Ends the recording; its times stay.</summary>
    public void Dispose() => device.End(this);

    /// <summary>Times one launch.</summary>
    /// <param name="kernel">Null for a block that is cleared.</param>
    internal void Take(MethodInfo? kernel, Action launch)
    {
        lock (gate)
        {
            device.Memory.Synchronize();
            long started = Stopwatch.GetTimestamp();
            launch();
            device.Memory.Synchronize();
            TimeSpan time = Stopwatch.GetElapsedTime(started);
            if (kernel is null) clears = clears.And(time);
            else kernels[kernel] = kernels.GetValueOrDefault(kernel).And(time);
        }
    }
}

/// <summary>Launches of one kind.</summary>
/// <param name="Time">Of all of them together.</param>
/// <param name="Launches">How many there were.</param>
public readonly record struct LaunchTimes(TimeSpan Time, long Launches)
{
    internal LaunchTimes And(TimeSpan time) => new(Time + time, Launches + 1);
}
