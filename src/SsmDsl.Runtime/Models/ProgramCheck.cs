using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>Whether a device can run the programs of a model.</summary>
internal static class ProgramCheck
{
    /// <exception cref="DeviceException">It cannot; the message says what is needed.</exception>
    public static void Check(ModelDefinition definition, Device device)
    {
        KernelProgram?[] programs = [definition.Forward, definition.Evaluate, definition.Backward, definition.VectorJacobian];
        foreach (KernelProgram program in programs.OfType<KernelProgram>())
        {
            if (program.DeviceClass is null && !device.RunsHostPrograms)
            {
                throw new DeviceException(
                    device.ToString(),
                    $"model {definition.Name} was compiled for the processor only; the project that holds its .ssm file needs a reference to the package SsmDsl.Ilgpu, so that kernels for the device are made too");
            }

            if (program.DeviceClass is { } needed && !needed.IsInstanceOfType(device))
            {
                throw new DeviceException(device.ToString(), $"the programs of model {definition.Name} are for devices of class {needed.Name}");
            }
        }
    }
}
