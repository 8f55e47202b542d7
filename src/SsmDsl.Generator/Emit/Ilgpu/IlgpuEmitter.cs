using System.Collections.Immutable;
using SsmDsl.Lowering;
using SsmDsl.Passes;

namespace SsmDsl.Emit;

/// <summary>From graph programs to C# whose kernels ILGPU compiles for GPUs.</summary>
public static class IlgpuEmitter
{
    /// <summary>The class of the kernels.</summary>
    private const string Kernels = "IlgpuKernels";

    public static EmittedPrograms Emit(IEnumerable<NamedProgram> programs)
    {
        var kernels = new KernelTexts();
        ImmutableArray<EmittedProgram> emitted = [.. programs.Select(p => Emit(p, kernels))];
        string text = new TextBlock().Block($"static unsafe class {Kernels}", code => code.Line(kernels.ToString())).ToString();
        return new EmittedPrograms(emitted, text, GeneratedNames.IlgpuNamespaces, GeneratedNames.IlgpuAliases);
    }

    private static EmittedProgram Emit(NamedProgram program, KernelTexts kernels)
    {
        LoweredProgram lowered = ProgramLowering.Lower(ComplexExpansion.Run(program.Graph), LoweringTarget.Gpu);
        var text = new ProgramText(lowered, program.ClassName, program.Real, ProgramDialect.Ilgpu(Kernels), k => IlgpuKernel.Add(k, lowered.Graph.Dynamic, program.Real, FunctionClasses.Of(program), kernels));
        return new EmittedProgram(program.ClassName, text.Print());
    }
}
