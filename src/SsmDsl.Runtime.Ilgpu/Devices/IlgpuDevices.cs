using ILGPU.Runtime;
using SsmDsl.Ilgpu;

namespace SsmDsl;

/// <summary>Devices of this package, as members of <see cref="Device"/>.</summary>
public static class IlgpuDevices
{
    extension(Device)
    {
        /// <summary>A GPU of NVIDIA's. The machine needs its driver and nothing else.</summary>
        /// <param name="index">Its number, as the driver counts.</param>
        /// <exception cref="DeviceException">There is no driver or no such device, or it cannot be used; the message says why.</exception>
        public static Device Cuda(int index = 0) => CudaDevices.Open(index);

        /// <summary>The device of an accelerator, which stays its owner's: dispose of it after the device.</summary>
        /// <param name="accelerator">A CUDA accelerator, or a CPU accelerator with warps of 32 threads (<c>CPUDeviceKind.Nvidia</c>).</param>
        /// <exception cref="DeviceException">It is of another kind.</exception>
        public static Device Ilgpu(Accelerator accelerator)
        {
            ArgumentNullException.ThrowIfNull(accelerator);
            return IlgpuDevice.Of(null, accelerator);
        }

        /// <summary>
        /// ILGPU's simulator of a GPU on the processor: it runs the same kernels, barriers and shuffles included, many times slower
        /// than <see cref="Device.Cpu"/>. For tests on machines without a GPU.
        /// </summary>
        public static Device IlgpuSimulator() => Simulator.Open();

        /// <summary>All devices of this machine: the processor, GPUs, and the simulator; also those that cannot be used, with the reason.</summary>
        public static IReadOnlyList<DeviceDescription> All()
        {
            using Device cpu = Device.Cpu(1);
            return
            [
                new DeviceDescription(DeviceKind.Cpu, 0, $"{Environment.ProcessorCount} processors", 0, null),
                .. CudaDevices.Describe(),
                new DeviceDescription(DeviceKind.Simulator, 0, "ILGPU's simulator of a GPU", 0, null),
            ];
        }
    }
}
