using ILGPU;
using ILGPU.Runtime.CPU;

namespace SsmDsl.Ilgpu;

/// <summary>ILGPU's simulator: groups, warps, barriers and shuffles as a GPU of NVIDIA's has them.</summary>
internal static class Simulator
{
    public static IlgpuDevice Open()
    {
        Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Optimize(PtxCompiler.Level));
        return IlgpuDevice.Of(context, context.CreateCPUAccelerator(0));
    }
}
