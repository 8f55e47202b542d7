using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;

namespace SsmDsl.Emit;

/// <summary>From graph programs to C# for the CPU.</summary>
public static class CpuEmitter
{
    public static EmittedPrograms Emit(IEnumerable<NamedProgram> programs, CpuOptions options)
    {
        var kernels = new KernelLibrary(options);
        ImmutableArray<EmittedProgram> emitted = [.. programs.Select(p => Emit(p, options, kernels))];
        return new EmittedPrograms(emitted, kernels.Print(), GeneratedNames.Namespaces, GeneratedNames.Aliases);
    }

    private static EmittedProgram Emit(NamedProgram program, CpuOptions options, KernelLibrary kernels)
    {
        LoweredProgram lowered = ProgramLowering.Lower(ComplexExpansion.Run(program.Graph), options.Target);

        // What runs once, for initial values, is not worth its text in every width.
        bool inLanes = program.Graph.Outputs.All(p => p.Kind != PortKind.ParameterValue);
        return new(program.ClassName, new ProgramText(lowered, program.ClassName, program.Real, ProgramDialect.Cpu, k => kernels.Add(k, lowered.Dynamic, program.Real, FunctionClasses.Of(program), inLanes)).Print());
    }
}
