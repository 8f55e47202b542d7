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
/// <param name="SegmentsUpTo">Elements of a step with which sequences may be cut; <paramref name="Segments"/>: recurrences whose sequences are.</param>
internal sealed record DeviceKernels(
    string Architecture, IReadOnlyDictionary<string, double> Launches, IReadOnlyList<KernelDescription> Kernels, long SegmentsUpTo, IReadOnlyList<SegmentDescription> Segments)
{
    private const int Hopper = 90;

    public static DeviceKernels Of(ModelGraph graph, RealType real, Func<DimSymbol, long> sizeOf, CancellationToken cancellation)
    {
        (string Mode, GraphProgram Program)[] programs =
            [.. new[] { ("forward", graph.Compiled.LongForward ?? graph.Compiled.Forward), ("backward", graph.Compiled.Backward) }.Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!))];
        Assembly kernels = CompiledPrograms.AssemblyOf(
            graph, real, [.. programs.Select(p => p.Program)], KernelTarget.Of("ilgpu-cpu"), precise: false, AssemblyCache.OfUser(), cancellation);
        using var compiler = new PtxCompiler(Hopper);
        (string Mode, LoweredProgram Program)[] lowered = [.. programs.Select(p => (p.Mode, ProgramLowering.Lower(ComplexExpansion.Run(p.Program), LoweringTarget.Gpu)))];
        return new DeviceKernels(
            $"SM_{Hopper}",
            lowered.ToDictionary(p => p.Mode, p => Count(p.Program, p.Program.Steps, sizeOf)),
            [.. compiler.CompileAll(kernels).Select(k => new KernelDescription(k.Name, k.Instructions, k.Registers, k.SharedBytes, k.LocalBytes))],
            SegmentRule.Default.Threads / SegmentRule.Default.Fewest,
            [.. lowered.SelectMany(p => p.Program.Segments.Select(s => Described(p.Mode, p.Program, s, sizeOf)))]);
    }

    private static SegmentDescription Described(string mode, LoweredProgram program, SegmentedSteps segments, Func<DimSymbol, long> sizeOf)
    {
        long Value(Dim size) => program.Evaluate(size, sizeOf);
        return new SegmentDescription(mode, segments.States, Value(segments.Elements), Value(segments.Steps), Value(segments.Count), Value(segments.Length));
    }

    /// <summary>A kernel with nothing to do is not launched.</summary>
    private static double Count(LoweredProgram program, IEnumerable<ProgramStep> steps, Func<DimSymbol, long> sizeOf) => steps.Sum(s => s switch
    {
        SequencesStep sequences => Count(program, sequences.Body, sizeOf),
        CopiesStep copies => copies.Step.Size.Evaluate(d => sizeOf(d)) * Count(program, copies.Body, sizeOf),
        KernelStep { Kernel.Items: { } items } when program.Evaluate(items.Rows, sizeOf) == 0 => 0,
        _ => 1,
    });
}

/// <param name="Registers">Virtual ones of the PTX: an upper bound.</param>
/// <param name="SharedBytes">Of a group of threads; <paramref name="LocalBytes"/> of a thread, beyond registers.</param>
internal sealed record KernelDescription(string Kernel, int Instructions, int Registers, int SharedBytes, int LocalBytes);

/// <summary>A recurrence whose steps may run in segments side by side.</summary>
/// <param name="Mode">The program.</param>
/// <param name="Elements">Of a step.</param>
/// <param name="Count">Segments that there are for these sizes, of <paramref name="Length"/> steps each.</param>
internal sealed record SegmentDescription(string Mode, IReadOnlyList<string> States, long Elements, long Steps, long Count, long Length);
