using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Numerics;

namespace SsmDsl.Cli.Kernels;

/// <summary>What kernels are compiled for, and the device that runs them.</summary>
/// <param name="Word">Of the option <c>--device</c>.</param>
/// <param name="Emit">Graph programs → C#.</param>
/// <param name="Open">Makes the device. Dispose it.</param>
internal sealed record KernelTarget(string Word, Func<IEnumerable<NamedProgram>, EmittedPrograms> Emit, Func<Device> Open)
{
    public static KernelTarget Cpu { get; } = new("cpu", p => CpuEmitter.Emit(p, new CpuOptions { Machine = Lanes.Width }), () => Device.Cpu());

    private static readonly KernelTarget[] All =
    [
        Cpu,
        new("cuda", Pipeline.Default.EmitIlgpuKernels, () => Device.Cuda()),
        new("ilgpu-cpu", Pipeline.Default.EmitIlgpuKernels, Device.IlgpuSimulator),
    ];

    public static string[] Words => [.. All.Select(t => t.Word)];

    public static KernelTarget Of(string word) => All.Single(t => t.Word == word);
}
