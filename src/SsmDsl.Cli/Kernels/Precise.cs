using System.CommandLine;

namespace SsmDsl.Cli.Kernels;

/// <summary>The option <c>--precise</c>.</summary>
internal static class Precise
{
    public static Option<bool> Option() => new("--precise")
    {
        Description = "Functions of reals as precisely as the runtime can: in f32 computed in double and rounded, in f64 by System.Math",
    };

    /// <summary>Whether it is asked for, of kernels that can be.</summary>
    /// <param name="target">What runs; null: the interpreter.</param>
    /// <exception cref="UsageException">There is nothing more precise to be had.</exception>
    public static bool Of(bool asked, bool inDouble, KernelTarget? target)
    {
        if (!asked) return false;
        if (target is null) throw new UsageException("--precise is for generated code; the device reference computes in double by System.Math always");
        if (inDouble && target != KernelTarget.Cpu)
            throw new UsageException($"--precise with --precision f64 is for the device {KernelTarget.Cpu.Word}: a GPU has no functions of doubles that are more precise");
        return true;
    }
}
