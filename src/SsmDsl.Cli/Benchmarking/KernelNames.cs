using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Names of the kernels of an assembly of generated code, by their addresses.</summary>
internal sealed partial class KernelNames
{
    private readonly FrozenDictionary<nint, string> names;

    private readonly string other;

    /// <param name="other">What has no name here is called.</param>
    public KernelNames(Assembly generated, string other)
    {
        this.other = other;
        names = generated.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(IsKernel)
            .ToFrozenDictionary(m => m.MethodHandle.GetFunctionPointer(), m => Width().Replace(m.Name, ""));
    }

    /// <summary>The kernel's name without the width of its vectors.</summary>
    public string Of(nint body) => names.TryGetValue(body, out string? name) ? name : other;

    private static bool IsKernel(MethodInfo method) =>
        !method.ContainsGenericParameters && method.DeclaringType?.ContainsGenericParameters == false && method.ReturnType == typeof(void)
        && method.GetParameters() is [var item, var context] && item.ParameterType == typeof(nint) && context.ParameterType.IsPointer;

    [GeneratedRegex("_(512|256|128|scalar)$")]
    private static partial Regex Width();
}
