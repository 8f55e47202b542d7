namespace SsmDsl.Emit;

/// <summary>Programs without the class of their model: one compilation unit, for tools that compile it in memory.</summary>
public static class ProgramFile
{
    /// <summary>The namespace of the classes.</summary>
    public const string Namespace = "SsmDsl.Kernels";

    public static string Of(IEnumerable<EmittedProgram> programs)
    {
        TextBlock code = new TextBlock().Line($"namespace {Namespace};");
        foreach (EmittedProgram program in programs) code.Line().Line(program.Source);
        return code.ToString();
    }
}
