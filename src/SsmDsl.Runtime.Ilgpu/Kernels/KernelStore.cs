using System.Collections.Concurrent;
using ILGPU;
using ILGPU.Runtime;

namespace SsmDsl.Ilgpu.Kernels;

/// <summary>The compiled kernels of a device, by their methods. Each is compiled once, when it is first launched.</summary>
internal sealed class KernelStore(IlgpuDevice device)
{
    private readonly ConcurrentDictionary<Delegate, Delegate> compiled = new();
    private readonly Lock gate = new();
    private DeviceException? failure;

    /// <summary>Number of kernels compiled so far.</summary>
    public int Count => compiled.Count;

    /// <exception cref="DeviceException">The kernel cannot be compiled, or an earlier one could not.</exception>
    public Action<AcceleratorStream, KernelConfig, TArguments> Load<TArguments>(Action<TArguments> kernel)
        where TArguments : struct =>
        (Action<AcceleratorStream, KernelConfig, TArguments>)(compiled.TryGetValue(kernel, out Delegate? known) ? known : Compile(kernel));

    private Delegate Compile<TArguments>(Action<TArguments> kernel)
        where TArguments : struct
    {
        lock (gate)
        {
            if (compiled.TryGetValue(kernel, out Delegate? known)) return known;
            if (failure is not null) throw new DeviceException(device.Name, $"is unusable since a kernel could not be compiled: {failure.Message}", failure);
            string name = $"{kernel.Method.DeclaringType?.FullName}.{kernel.Method.Name}";
            try
            {
                return compiled[kernel] = device.Accelerator.LoadKernel(kernel);
            }
            catch (Exception e)
            {
                // ILGPU's compiler keeps what it has of a method that it could not finish: nothing after it can be trusted.
                failure = new DeviceException(
                    device.Name,
                    $"kernel {name} cannot be compiled: {Innermost(e).Message} The device is unusable from now on; a new one must be made",
                    e);
                throw failure;
            }
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
