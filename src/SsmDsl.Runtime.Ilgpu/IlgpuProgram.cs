using SsmDsl.Programs;

namespace SsmDsl.Ilgpu;

/// <summary>
/// Base of generated programs whose kernels run through ILGPU. All addresses of tensors in the run are the device's; the tables
/// of addresses themselves, and the sizes, are the host's.
/// </summary>
public abstract unsafe class IlgpuProgram : KernelProgram
{
    /// <inheritdoc/>
    public sealed override Type DeviceClass => typeof(IlgpuDevice);

    /// <summary>Runs the program on the device of the run. It is in order with all that the device is given before and after.</summary>
    /// <exception cref="DeviceException">The run is not on such a device, or a kernel cannot be compiled or launched.</exception>
    public sealed override void Run(in ProgramRun run)
    {
        if (run.Device is not IlgpuDevice device)
        {
            throw new DeviceException(run.Device?.ToString() ?? "CPU", "the program holds kernels for ILGPU, which need a device of the package SsmDsl.Ilgpu");
        }

        Launcher launcher = device.Rent();
        try
        {
            Run(in run, launcher);
            if (Checks.Length > 0) ReadFaults(in run, launcher);
        }
        catch (Exception e)
        {
            // What it holds of failed checks may not be empty.
            launcher.Free();
            if (e is global::ILGPU.Runtime.AcceleratorException failure) throw device.Failure(failure);
            throw;
        }

        device.Return(launcher);
    }

    /// <summary>Launches the kernels of the program, in order. It may be called twice for one run, and then does the same.</summary>
    protected abstract void Run(in ProgramRun run, Launcher launcher);

    /// <summary>
    /// Kernels note the lowest failed check without a lock, and cannot note its value together with it: where one failed, the
    /// program runs once more, and the thread that meets the same check at the same position gives its value.
    /// </summary>
    private void ReadFaults(in ProgramRun run, Launcher launcher)
    {
        long key = launcher.LowestFault();
        if (key == DeviceFaults.None) return;
        launcher.WantFault(key);
        Run(in run, launcher);
        *run.Faults = DeviceFaults.Record(key, launcher.FaultValue());
        launcher.ClearFaults();
    }
}
