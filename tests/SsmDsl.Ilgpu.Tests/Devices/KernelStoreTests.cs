using ILGPU;

namespace SsmDsl.Ilgpu.Tests.Devices;

public sealed class KernelStoreTests
{
    [Fact]
    public void A_kernel_that_cannot_be_compiled_is_named_and_spoils_the_device()
    {
        using var device = (IlgpuDevice)Device.IlgpuSimulator();
        void Launch(Action<int> kernel)
        {
            Launcher launcher = device.Rent();
            device.Kernels.Load(kernel);
            device.Return(launcher);
        }

        Launch(BrokenKernels.Good);
        var failure = Assert.Throws<DeviceException>(() => Launch(BrokenKernels.Broken));
        Assert.Contains("BrokenKernels.Broken cannot be compiled", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a new one must be made", failure.Message, StringComparison.Ordinal);

        // What was compiled before is as it was.
        Launch(BrokenKernels.Good);
        Assert.Contains("unusable since", Assert.Throws<DeviceException>(() => Launch(BrokenKernels.Other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_items_are_an_error()
    {
        using var device = (IlgpuDevice)Device.IlgpuSimulator();
        Launcher launcher = device.Rent();
        Assert.Contains("fewer than 2^31", Assert.Throws<DeviceException>(() => launcher.LaunchThreads(BrokenKernels.Good, (nint)1 << 31, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("at most 1024", Assert.Throws<DeviceException>(() => launcher.LaunchGroups(BrokenKernels.Good, 1, 2048, 0)).Message, StringComparison.Ordinal);
    }
}

/// <summary>Kernels with and without what ILGPU cannot compile.</summary>
public static class BrokenKernels
{
    private static readonly List<int> Seen = [];

    public static void Good(int item)
    {
    }

    public static void Other(int item)
    {
    }

    public static void Broken(int item) => Seen.Add(item + Grid.GlobalIndex.X);
}
