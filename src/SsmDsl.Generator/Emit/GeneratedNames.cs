using System.Collections.Immutable;

namespace SsmDsl.Emit;

/// <summary>Short names of types in the text of programs and kernels.</summary>
internal static class GeneratedNames
{
    private const string Intrinsics = "global::System.Runtime.Intrinsics.";

    /// <summary>Vectors are called by their element and number of lanes: F16 is 16 floats, D8 is 8 doubles, I16 is 16 ints.</summary>
    public static ImmutableArray<(string Name, string Meaning)> Aliases { get; } =
    [
        .. new[] { 512, 256, 128 }.SelectMany(bits => new[]
        {
            ($"V{bits}", $"{Intrinsics}Vector{bits}"),
            ($"F{bits / 32}", $"{Intrinsics}Vector{bits}<float>"),
            ($"D{bits / 64}", $"{Intrinsics}Vector{bits}<double>"),
            ($"I{bits / 32}", $"{Intrinsics}Vector{bits}<int>"),
        }),
        ("Math", "global::System.Math"),
        ("NativeMemory", "global::System.Runtime.InteropServices.NativeMemory"),
        ("MethodImpl", "global::System.Runtime.CompilerServices.MethodImplAttribute"),
        ("MethodImplOptions", "global::System.Runtime.CompilerServices.MethodImplOptions"),
        ("SkipLocalsInit", "global::System.Runtime.CompilerServices.SkipLocalsInitAttribute"),
    ];

    public static ImmutableArray<string> Namespaces { get; } = ["global::SsmDsl.Numerics", "global::SsmDsl.Programs"];

    public static ImmutableArray<(string Name, string Meaning)> IlgpuAliases { get; } =
        [("Math", "global::System.Math"), ("Positions", "global::SsmDsl.Numerics.Positions")];

    /// <summary>Those that programs for ILGPU need.</summary>
    public static ImmutableArray<string> IlgpuNamespaces { get; } =
        ["global::ILGPU", "global::ILGPU.Runtime", "global::SsmDsl.Ilgpu", "global::SsmDsl.Ilgpu.Numerics", "global::SsmDsl.Programs"];

    /// <summary>Names that mean types: no variable and no kernel is called so.</summary>
    public static IEnumerable<string> Types => Aliases.Select(a => a.Name).Concat(
        ["Kernels", .. FunctionClasses.Names, "Integers", "Positions", "Philox", "HippoLegs", "MatrixProduct", "FaultRecord", "ProgramRun", "SsmDsl", "System",
            "IlgpuKernels", "Launcher", "ArrayView", "Grid", "Group", "LocalMemory", "SharedMemory", "Warp", "DeviceWarp", "DeviceIntegers", "DevicePhilox", "DeviceProduct", "DeviceMatrices", "DeviceFaults"]);
}
