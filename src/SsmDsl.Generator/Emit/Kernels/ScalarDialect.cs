using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>How positions, scalar functions and elements of memory are spelled in kernels of a kind of device.</summary>
/// <param name="Position">The type of positions and sizes.</param>
/// <param name="Unsigned">The same without a sign.</param>
/// <param name="Reals">Class of functions of reals.</param>
/// <param name="Integers">Class of functions of ints.</param>
/// <param name="Positions">Class of divisions of positions.</param>
/// <param name="Random">Class of random draws.</param>
/// <param name="RealExtremes">Class of Min and Max of reals; <paramref name="IntegerExtremes"/> of Min and Max of ints.</param>
internal sealed record ScalarDialect(
    string Position, string Unsigned, string Reals, string Integers, string Positions, string Random, string RealExtremes, string IntegerExtremes)
{
    public static ScalarDialect Cpu { get; } = new("nint", "nuint", "Reals", "Integers", "Positions", "Philox", "Math", "Math");

    /// <summary>Positions of 32 bits: half the registers, and arithmetic that costs a quarter of that of 64 bits.</summary>
    public static ScalarDialect Ilgpu { get; } =
        new("int", "uint", "DeviceReals", "DeviceIntegers", "DeviceIntegers", "DevicePhilox", "DeviceReals", "DeviceIntegers");

    /// <summary>For the processor, with functions of reals of these classes.</summary>
    public static ScalarDialect CpuWith(FunctionClasses functions) => Cpu with { Reals = functions.Reals };

    /// <summary>For ILGPU, with functions of reals of these classes.</summary>
    public static ScalarDialect IlgpuWith(FunctionClasses functions) => Ilgpu with { Reals = functions.DeviceReals };

    /// <summary>The class of the smaller and the greater of two values.</summary>
    public string ExtremesOf(ElementType type) => type == ElementType.Int ? IntegerExtremes : RealExtremes;
}
