namespace SsmDsl.Emit;

/// <summary>An argument of a kernel as a field of what it is launched with.</summary>
/// <param name="Type">Of the field.</param>
/// <param name="Given">Its value where the kernel is launched.</param>
/// <param name="Local">The type of the variable in the kernel, and <paramref name="Taken"/> its value from the field.</param>
internal sealed record IlgpuArgument(string Name, string Type, string Given, string Local, string Taken)
{
    public static IlgpuArgument Of(KernelArgument argument) => argument switch
    {
        MemoryArgument m when Element(m) is var element => Plain(m.Name, $"ArrayView<{element}>", $"launcher.View<{element}>({m.Name})"),
        RunArgument { Type: "FaultRecord*" } r => Plain(r.Name, "ArrayView<long>", "launcher.Faults(run)"),

        // A truth value has no fixed place among the bytes of a kernel's arguments.
        RunArgument { Type: "bool" } r => new(r.Name, "int", $"{r.Source} ? 1 : 0", "bool", $"arguments.{r.Name} != 0"),
        RunArgument r => Plain(r.Name, r.Type, r.Source),
        _ => Plain(argument.Name, "int", argument.Type == "int" ? argument.Name : $"(int){argument.Name}"),
    };

    /// <summary>Truth values are bytes in memory.</summary>
    public static string ElementOf(string type) => type == "bool" ? "byte" : type;

    private static string Element(MemoryArgument memory) => ElementOf(memory.Type.TrimEnd('*'));

    private static IlgpuArgument Plain(string name, string type, string given) => new(name, type, given, type, $"arguments.{name}");
}
