using System.Collections.Immutable;
using SsmDsl.Lowering;
using SsmDsl.Passes;

namespace SsmDsl.Emit;

/// <summary>From graph programs to C# whose kernels ILGPU compiles for GPUs.</summary>
public static class IlgpuEmitter
{
    /// <summary>The class of the kernels.</summary>
    private const string Kernels = "IlgpuKernels";

    public static EmittedPrograms Emit(IEnumerable<NamedProgram> programs) => Emit(programs, LoweringTarget.Gpu);

    /// <param name="target">A GPU.</param>
    public static EmittedPrograms Emit(IEnumerable<NamedProgram> programs, LoweringTarget target)
    {
        var kernels = new KernelTexts();
        ImmutableArray<EmittedProgram> emitted = [.. programs.Select(p => Emit(p, target, kernels))];
        string text = new TextBlock().Block($"static unsafe class {Kernels}", code => code.Line(kernels.ToString())).ToString();
        return new EmittedPrograms(emitted, text, GeneratedNames.IlgpuNamespaces, GeneratedNames.IlgpuAliases);
    }

    private static EmittedProgram Emit(NamedProgram program, LoweringTarget target, KernelTexts kernels)
    {
        LoweredProgram lowered = ProgramLowering.Lower(ComplexExpansion.Run(program.Graph), target);
        var text = new ProgramText(lowered, program.ClassName, program.Real, ProgramDialect.Ilgpu(Kernels), k => IlgpuKernel.Add(k, lowered.Dynamic, program.Real, FunctionClasses.Of(program), kernels));
        return new EmittedProgram(program.ClassName, text.Print());
    }
}
