using System.Reflection;
using SsmDsl.Cli.Kernels;
using SsmDsl.Emit;
using SsmDsl.Ilgpu;
using SsmDsl.Ilgpu.Numerics;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Describing;

/// <summary>What runs on a GPU.</summary>
/// <param name="Architecture">That the kernels were compiled for here.</param>
/// <param name="Launches">Kernels and blocks of memory cleared, of one run of each program, without cuBLAS.</param>
/// <param name="LibraryProducts">Launches of products that are cuBLAS's where it is installed.</param>
/// <param name="SegmentsUpTo">Elements of a step with which sequences may be cut; <paramref name="Segments"/>: recurrences whose sequences are.</param>
internal sealed record DeviceKernels(
    string Architecture, IReadOnlyDictionary<string, double> Launches, IReadOnlyDictionary<string, double> LibraryProducts, IReadOnlyList<KernelDescription> Kernels, long SegmentsUpTo, IReadOnlyList<SegmentDescription> Segments)
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
            lowered.ToDictionary(p => p.Mode, p => Count(p.Program, p.Program.Steps, sizeOf, k => LaunchesOf(p.Program, k, sizeOf))),
            lowered.ToDictionary(p => p.Mode, p => Count(p.Program, p.Program.Steps, sizeOf, k => IsForLibrary(p.Program, k, sizeOf) ? 1 : 0, clears: 0)),
            [.. compiler.CompileAll(kernels).Select(k => new KernelDescription(k.Name, k.Instructions, k.Registers, k.SharedBytes, k.LocalBytes))],
            SegmentRule.Default.Threads / SegmentRule.Default.Fewest,
            [.. lowered.SelectMany(p => p.Program.Segments.Select(s => Described(p.Mode, p.Program, s, sizeOf)))]);
    }

    private static SegmentDescription Described(string mode, LoweredProgram program, SegmentedSteps segments, Func<DimSymbol, long> sizeOf)
    {
        long Value(Dim size) => program.Evaluate(size, sizeOf);
        return new SegmentDescription(mode, segments.States, Value(segments.Elements), Value(segments.Steps), Value(segments.Count), Value(segments.Length));
    }

    private static double Count(
        LoweredProgram program, IEnumerable<ProgramStep> steps, Func<DimSymbol, long> sizeOf, Func<Kernel, double> ofKernel, double clears = 1) => steps.Sum(s => s switch
    {
        SequencesStep sequences => Count(program, sequences.Body, sizeOf, ofKernel, clears),
        CopiesStep copies => copies.Step.Size.Evaluate(d => sizeOf(d)) * Count(program, copies.Body, sizeOf, ofKernel, clears),
        KernelStep step => ofKernel(step.Kernel),
        _ => clears,
    });

    /// <summary>A kernel with nothing to do is not launched; a product in parts is followed by the sum of the parts, and by the maps of its elements.</summary>
    private static double LaunchesOf(LoweredProgram program, Kernel kernel, Func<DimSymbol, long> sizeOf)
    {
        if (kernel.Items is { } items && program.Evaluate(items.Rows, sizeOf) == 0) return 0;
        return kernel.Product is { } product && SizesOf(program, product, sizeOf) is var (rows, columns, depth) && DeviceProduct.PartsOf(rows, columns, depth) > 1
            ? kernel.Parts is null ? 2 : 3
            : 1;
    }

    private static bool IsForLibrary(LoweredProgram program, Kernel kernel, Func<DimSymbol, long> sizeOf) =>
        kernel.Product is { } product && SizesOf(program, product, sizeOf) is var (rows, columns, depth) && (double)rows * columns * depth >= IlgpuDevice.LargeProduct;

    private static (nint Rows, nint Columns, nint Depth) SizesOf(LoweredProgram program, ProductStatement product, Func<DimSymbol, long> sizeOf) =>
        ((nint)program.Evaluate(product.Rows.Size, sizeOf), (nint)program.Evaluate(product.Columns.Size, sizeOf), (nint)program.Evaluate(product.Depth, sizeOf));
}

/// <param name="Registers">Virtual ones of the PTX: an upper bound.</param>
/// <param name="SharedBytes">Of a group of threads; <paramref name="LocalBytes"/> of a thread, beyond registers.</param>
internal sealed record KernelDescription(string Kernel, int Instructions, int Registers, int SharedBytes, int LocalBytes);

/// <summary>A recurrence whose steps may run in segments side by side.</summary>
/// <param name="Mode">The program.</param>
/// <param name="Elements">Of a step.</param>
/// <param name="Count">Segments that there are for these sizes, of <paramref name="Length"/> steps each.</param>
internal sealed record SegmentDescription(string Mode, IReadOnlyList<string> States, long Elements, long Steps, long Count, long Length);
