using ILGPU;
using ILGPU.Runtime.Cuda;

namespace SsmDsl.Ilgpu;

/// <summary>The CUDA devices of the machine, found through the driver.</summary>
internal static class CudaDevices
{
    /// <summary>All that the driver knows, also those that ILGPU cannot use, with the reason.</summary>
    public static IReadOnlyList<DeviceDescription> Describe()
    {
        try
        {
            using Context context = Context.Create(builder => builder.Cuda(_ => true));
            return [.. context.Devices.OfType<CudaDevice>().Select((d, i) => new DeviceDescription(DeviceKind.Cuda, i, d.Name, d.MemorySize, Problem(d)))];
        }
        catch (Exception e) when (NoDriver(e))
        {
            return [];
        }
    }

    public static IlgpuDevice Open(int index)
    {
        string asked = $"CUDA device {index}";
        Context context;
        try
        {
            context = Context.Create(builder => builder.Cuda(_ => true).Optimize(PtxCompiler.Level));
        }
        catch (Exception e) when (NoDriver(e))
        {
            throw new DeviceException(asked, "there is no CUDA driver on this machine (nothing else of CUDA is needed)", e);
        }

        try
        {
            CudaDevice[] devices = [.. context.Devices.OfType<CudaDevice>()];
            if (devices.Length == 0)
            {
                throw new DeviceException(asked, "the CUDA driver is missing or finds no device on this machine");
            }

            if (index < 0 || index >= devices.Length)
            {
                throw new DeviceException(asked, $"there is no such device; this machine has {string.Join(", ", devices.Select((d, i) => $"{i}: {d.Name}"))}");
            }

            if (Problem(devices[index]) is { } problem) throw new DeviceException(asked, $"{devices[index].Name} cannot be used: {problem}");
            return IlgpuDevice.Of(context, devices[index].CreateCudaAccelerator(context));
        }
        catch (Exception e) when (e is not DeviceException)
        {
            context.Dispose();
            throw new DeviceException(asked, $"cannot be opened: {e.Message}", e);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private static string? Problem(CudaDevice device) =>
        device.Architecture is null ? "its architecture is unknown to ILGPU"
        : device.InstructionSet is null ? $"its driver ({device.DriverVersion}) is too old for its architecture ({device.Architecture})"
        : null;

    private static bool NoDriver(Exception e) => e is DllNotFoundException or EntryPointNotFoundException or NotSupportedException or CudaException or TypeInitializationException;
}
