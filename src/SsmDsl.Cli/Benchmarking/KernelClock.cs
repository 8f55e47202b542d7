using System.Reflection;
using SsmDsl.Ilgpu;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Tells where the time of runs goes, on any device.</summary>
internal abstract class KernelClock : IDisposable
{
    /// <summary>What a kernel is called that belongs to no program, as an optimizer's step.</summary>
    protected const string Runtime = "runtime";

    /// <summary>The device on which runs have to be made for their kernels to be timed.</summary>
    public abstract Device Device { get; }

    /// <param name="generated">The assembly of the model's kernels.</param>
    public static KernelClock Of(Device device, Assembly generated) =>
        device is IlgpuDevice gpu ? new LaunchClock(gpu, generated) : new LoopClock(device, generated);

    /// <summary>Times the kernels of an action; together, where several have a name.</summary>
    public IReadOnlyList<KernelTime> Time(Action action) =>
    [
        .. Record(action).GroupBy(k => k.Name).Select(g => new KernelTime(g.Key, g.Aggregate(TimeSpan.Zero, (sum, k) => sum + k.Time), g.Sum(k => k.Calls))),
    ];

    public virtual void Dispose()
    {
    }

    protected abstract IEnumerable<KernelTime> Record(Action action);
}

/// <param name="Time">Of all calls.</param>
internal sealed record KernelTime(string Name, TimeSpan Time, long Calls);

/// <summary>Kernels of the processor: parallel loops.</summary>
internal sealed class LoopClock(Device device, Assembly generated) : KernelClock
{
    private readonly RecordingDevice recording = new(device);
    private readonly KernelNames names = new(generated, Runtime);

    public override Device Device => recording;

    public override void Dispose() => recording.Dispose();

    protected override IEnumerable<KernelTime> Record(Action action)
    {
        recording.Recording.Clear();
        action();
        return recording.Recording.Loops.Select(l => (Name: names.Of(l.Key), l.Value)).Concat(recording.Recording.Named.Select(l => (Name: l.Key, l.Value)))
            .Select(l => new KernelTime(l.Name, System.Diagnostics.Stopwatch.GetElapsedTime(0, l.Value.Ticks), l.Value.Calls));
    }
}

/// <summary>Kernels of a GPU: launches.</summary>
internal sealed class LaunchClock(IlgpuDevice device, Assembly generated) : KernelClock
{
    public override Device Device => device;

    protected override IEnumerable<KernelTime> Record(Action action)
    {
        using LaunchRecording recording = device.Record();
        action();
        return
        [
            .. recording.Kernels.Select(k => new KernelTime(k.Key.Module.Assembly == generated ? k.Key.Name : Runtime, k.Value.Time, k.Value.Launches)),
            .. recording.Clears.Launches > 0 ? [new KernelTime("memory cleared", recording.Clears.Time, recording.Clears.Launches)] : Array.Empty<KernelTime>(),
        ];
    }
}
