using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using SsmDsl.Numerics;

namespace SsmDsl.Bench.Start;

/// <summary>Compiles the kernels of a generated model, in the form that this machine takes, without running them.</summary>
internal static class KernelCompilation
{
    private static readonly string[] Forms = ["_512", "_256", "_128", "_1"];

    /// <summary>How many methods were compiled, and how long that took: right in a process that has run none of them.</summary>
    public static (int Methods, double Milliseconds) Of(string model)
    {
        MethodInfo[] methods = [.. Methods(model)];
        long started = Stopwatch.GetTimestamp();
        foreach (MethodInfo method in methods) RuntimeHelpers.PrepareMethod(method.MethodHandle);
        return (methods.Length, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Of each kernel the method that starts it, and its widest form that the machine has.</summary>
    private static IEnumerable<MethodInfo> Methods(string model)
    {
        // The class is private to the model's file, whose name is in its own.
        Type kernels = typeof(KernelCompilation).Assembly.GetTypes().Single(t => t.Name.Contains($"_{model}_g>", StringComparison.Ordinal) && t.Name.EndsWith("__Kernels", StringComparison.Ordinal));
        MethodInfo[] all = kernels.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
        foreach (MethodInfo start in all.Where(m => m.IsPublic))
        {
            yield return start;
            yield return Forms.Where(f => f == "_1" || int.Parse(f[1..]) <= Lanes.Width).Select(f => all.FirstOrDefault(m => m.IsPrivate && m.Name == start.Name + f)).First(m => m is not null)!;
        }
    }
}
