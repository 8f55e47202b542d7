using System.Reflection;
using SsmDsl.Cli.Kernels;
using SsmDsl.Emit;
using SsmDsl.Ilgpu;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Describing;

/// <summary>What runs on a GPU.</summary>
/// <param name="Architecture">That the kernels were compiled for here.</param>
/// <param name="Launches">Kernels and blocks of memory cleared, of one run of each program.</param>
internal sealed record DeviceKernels(string Architecture, IReadOnlyDictionary<string, double> Launches, IReadOnlyList<KernelDescription> Kernels)
{
    private const int Hopper = 90;

    public static DeviceKernels Of(ModelGraph graph, RealType real, Func<DimSymbol, long> sizeOf, CancellationToken cancellation)
    {
        (string Mode, GraphProgram Program)[] programs =
            [.. new[] { ("forward", graph.Compiled.LongForward ?? graph.Compiled.Forward), ("backward", graph.Compiled.Backward) }.Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!))];
        Assembly kernels = CompiledPrograms.AssemblyOf(
            graph, real, [.. programs.Select(p => p.Program)], KernelTarget.Of("ilgpu-cpu"), precise: false, AssemblyCache.OfUser(), cancellation);
        using var compiler = new PtxCompiler(Hopper);
        return new DeviceKernels(
            $"SM_{Hopper}",
            programs.ToDictionary(p => p.Mode, p => Count(ProgramLowering.Lower(ComplexExpansion.Run(p.Program), LoweringTarget.Gpu).Steps, sizeOf)),
            [.. compiler.CompileAll(kernels).Select(k => new KernelDescription(k.Name, k.Instructions, k.Registers, k.SharedBytes, k.LocalBytes))]);
    }

    private static double Count(IEnumerable<ProgramStep> steps, Func<DimSymbol, long> sizeOf) => steps.Sum(s => s switch
    {
        CopiesStep copies => copies.Step.Size.Evaluate(d => sizeOf(d)) * Count(copies.Body, sizeOf),
        _ => 1,
    });
}

/// <param name="Registers">Virtual ones of the PTX: an upper bound.</param>
/// <param name="SharedBytes">Of a group of threads; <paramref name="LocalBytes"/> of a thread, beyond registers.</param>
internal sealed record KernelDescription(string Kernel, int Instructions, int Registers, int SharedBytes, int LocalBytes);
