namespace SsmDsl.Emit;

/// <summary>How a program starts its kernels on a kind of device.</summary>
/// <param name="Base">The class that programs derive from.</param>
/// <param name="Run">The head of the method that runs all kernels.</param>
/// <param name="Kernels">The class of the kernels.</param>
/// <param name="Start">Arguments of every kernel before its own.</param>
/// <param name="Clear">The method that sets memory to zero.</param>
/// <param name="Size">Of the method's second argument, the number of bytes.</param>
internal sealed record ProgramDialect(string Base, string Run, string Kernels, string Start, string Clear, string Size)
{
    public static ProgramDialect Cpu { get; } =
        new("KernelProgram", "public override void Run(in ProgramRun run)", "Kernels", "run", "NativeMemory.Clear", "nuint");

    public static ProgramDialect Ilgpu(string kernels) =>
        new("IlgpuProgram", "protected override void Run(in ProgramRun run, Launcher launcher)", kernels, "run, launcher", "launcher.Clear", "nint");
}
