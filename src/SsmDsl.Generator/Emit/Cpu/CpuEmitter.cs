using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;

namespace SsmDsl.Emit;

/// <summary>From a graph program to C# for the CPU.</summary>
public static class CpuEmitter
{
    /// <param name="className">Name of the emitted class.</param>
    public static EmittedProgram Emit(GraphProgram program, string className, RealType real, CpuOptions options)
    {
        // What runs once, for initial values, is not worth its text in every width.
        if (program.Outputs.Any(p => p.Kind == PortKind.ParameterValue)) options = options with { Widths = [] };
        return new(className, new ProgramText(ProgramLowering.Lower(ComplexExpansion.Run(program)), className, real, options).Print());
    }
}
