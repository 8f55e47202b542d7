namespace SsmDsl.Emit;

/// <summary>Programs and kernels as a namespace of their own, in which short names mean what they should whatever surrounds it.</summary>
public static class ProgramFile
{
    /// <summary>The namespace of the classes.</summary>
    public const string Namespace = "SsmDsl.Generated";

    /// <summary>What an assembly with kernels for ILGPU needs, at the start of one of its files: launches are compiled when the program runs.</summary>
    public const string AssemblyAttributes = "[assembly: global::System.Runtime.CompilerServices.InternalsVisibleTo(\"ILGPURuntime\")]\n\n";

    /// <param name="accessibility">Of the classes: <c>file</c> beside their only user, <c>internal</c> for tools that load them.</param>
    public static string Of(EmittedPrograms programs, string accessibility) => new TextBlock()
        .Block($"namespace {Namespace}", code =>
        {
            foreach ((string name, string meaning) in programs.Aliases) code.Line($"using {name} = {meaning};");
            foreach (string space in programs.Namespaces) code.Line($"using {space};");
            code.Line();

            // What a program compares, declares or never reaches is what its text says.
            code.Line("#pragma warning disable CS0162, CS0168, CS0219, CS1718, CS8019");
            foreach (EmittedProgram program in programs.Programs) code.Line($"{accessibility} {program.Source}");
            code.Line($"{accessibility} {programs.Kernels.TrimEnd('\n')}");
        })
        .ToString();
}
