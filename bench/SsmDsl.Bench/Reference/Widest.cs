using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Reference;

/// <summary>
/// Hand-written kernels for the widest vectors that the machine has. They are written for 512 bits; the project makes those for 256 and
/// 128 of the same text, with kernels for 16 registers (<c>*.Few.cs</c>) in place of those for 32 (<c>*.Many.cs</c>).
/// </summary>
internal static class Widest
{
    /// <summary>The widths, as the project and the kernels name them.</summary>
    public const int Bits512 = 512, Bits256 = 256, Bits128 = 128;

    public static int Bits { get; } =
        Avx512DQ.IsSupported && Vector512.IsHardwareAccelerated ? Bits512 : Fma.IsSupported && Avx2.IsSupported ? Bits256 : Bits128;

    /// <typeparam name="TKernel">Of 512 bits.</typeparam>
    public static ReferenceKernel Of<TKernel>(ModelCase model)
        where TKernel : ReferenceKernel
    {
        string name = typeof(TKernel).FullName!.Replace(nameof(Bits512), $"Bits{Bits}", StringComparison.Ordinal);
        return (ReferenceKernel)Activator.CreateInstance(
            typeof(TKernel).Assembly.GetType(name, throwOnError: true)!, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [model], null)!;
    }
}
