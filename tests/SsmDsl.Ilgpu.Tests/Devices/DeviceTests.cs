using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace SsmDsl.Ilgpu.Tests.Devices;

public sealed class DeviceTests
{
    [Fact]
    public void A_machine_without_CUDA_says_so()
    {
        if (Device.All().Any(d => d.Kind == DeviceKind.Cuda)) return;
        var failure = Assert.Throws<DeviceException>(() => Device.Cuda(0));
        Assert.Contains("CUDA driver", failure.Message, StringComparison.Ordinal);
        Assert.Equal("CUDA device 0", failure.Device);
    }

    [Fact]
    public void All_lists_the_processor_and_the_simulator()
    {
        Assert.Equal(DeviceKind.Cpu, Device.All()[0].Kind);
        Assert.Equal(DeviceKind.Simulator, Device.All()[^1].Kind);
        Assert.All(Device.All(), d => Assert.NotEmpty(d.Name));
    }

    [Fact]
    public void Accelerators_with_other_warps_are_refused()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Default));
        using CPUAccelerator accelerator = context.CreateCPUAccelerator(0);
        Assert.Contains("warps of 4 threads", Assert.Throws<DeviceException>(() => Device.Ilgpu(accelerator)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_accelerator_stays_its_owners()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using CPUAccelerator accelerator = context.CreateCPUAccelerator(0);
        using (Device device = Device.Ilgpu(accelerator)) Assert.Contains("warps of 32 threads", device.ToString(), StringComparison.Ordinal);
        using MemoryBuffer1D<int, Stride1D.Dense> alive = accelerator.Allocate1D<int>(4);
        Assert.Equal(4, alive.Length);
    }
}
