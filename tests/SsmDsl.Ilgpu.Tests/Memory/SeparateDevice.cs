using SsmDsl.Devices;
using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Tests.Memory;

/// <summary>
/// The processor with memory of its own, and optimizers on ILGPU's simulator: whatever is not copied in or out, and whatever is
/// read before it is written, gives wrong numbers or an exception.
/// </summary>
internal sealed class SeparateDevice(bool runsHostPrograms = true) : Device
{
    private readonly Device processor = Cpu(2);
    private readonly IlgpuDevice simulator = (IlgpuDevice)Device.IlgpuSimulator();

    private WatchedMemory? memory;

    public WatchedMemory Watched => memory ??= new WatchedMemory(simulator.Memory);

    public override DeviceMemory Memory => Watched;

    public override TrainingKernels? Training => simulator.Training;

    public override WorkPool Pool => processor.Pool;

    public override bool RunsHostPrograms => runsHostPrograms;

    public override string ToString() => "a device with memory of its own";

    protected override void Dispose(bool disposing)
    {
        processor.Dispose();
        simulator.Dispose();
    }
}
