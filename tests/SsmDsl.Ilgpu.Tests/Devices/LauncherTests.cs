using SsmDsl.Programs;

namespace SsmDsl.Ilgpu.Tests.Devices;

public sealed unsafe class LauncherTests : IDisposable
{
    private readonly IlgpuDevice device = (IlgpuDevice)Device.IlgpuSimulator();

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Kernels_see_the_tensors_of_the_run(int count)
    {
        float[] result = Run(new Sums(), count, i => i, out FaultRecord fault);
        Assert.Equal(0, fault.Check);
        Assert.Equal(Enumerable.Range(0, count).Select(i => 2f * i), result[..count]);
        Assert.Equal(Enumerable.Range(0, count).Sum(i => 2.0 * i), result[count]);
        Assert.Equal(3, device.Launches);
    }

    [Fact]
    public void The_lowest_failed_check_is_reported_with_its_value()
    {
        Run(new Sums(), 500, i => i is 77 or 78 or 400 ? -i : i, out FaultRecord fault);
        Assert.Equal((2, 77L, -77), (fault.Check, fault.Position, fault.Value));
    }

    [Fact]
    public void The_processor_cannot_run_it() =>
        Assert.Contains("ILGPU", Assert.Throws<DeviceException>(() => new Sums().Run(default)).Message, StringComparison.Ordinal);

    public void Dispose() => device.Dispose();

    private float[] Run(KernelProgram program, int count, Func<int, float> value, out FaultRecord fault)
    {
        float[] input = [.. Enumerable.Range(0, count).Select(value)];
        var output = new float[count + 1];
        void* x = device.Memory.Allocate(4 * count), y = device.Memory.Allocate(4 * (count + 1));
        FaultRecord record = default;
        nint dims = count;
        void** slots = stackalloc void*[] { x, y };
        fixed (float* from = input, to = output)
        {
            device.Memory.CopyIn(x, from, 4 * count);
            program.Run(new ProgramRun
            {
                Dims = &dims,
                Slots = slots,
                Buffers = null,
                RandomKey = 0,
                Training = false,
                Start = true,
                Offset = 0,
                Pool = device.Pool,
                Device = device,
                Faults = &record,
            });
            device.Memory.CopyOut(to, y, 4 * (count + 1));
        }

        device.Memory.Free(x);
        device.Memory.Free(y);
        fault = record;
        return output;
    }
}
