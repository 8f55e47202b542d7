using ILGPU.Runtime;

namespace SsmDsl.Ilgpu.Kernels;

/// <summary>A launcher for kernels that belong to no program, from its construction to its disposal.</summary>
internal readonly ref struct LauncherLease
{
    private readonly IlgpuDevice device;

    public LauncherLease(IlgpuDevice device)
    {
        this.device = device;
        Launcher = device.Rent();
    }

    public Launcher Launcher { get; }

    /// <exception cref="DeviceException">The kernel cannot be compiled or launched.</exception>
    public void Launch<TArguments>(Action<TArguments> kernel, nint items, in TArguments arguments)
        where TArguments : struct
    {
        try
        {
            Launcher.LaunchThreads(kernel, items, in arguments);
        }
        catch (AcceleratorException e)
        {
            throw device.Failure(e);
        }
    }

    public void Dispose() => device.Return(Launcher);
}
