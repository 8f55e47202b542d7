namespace SsmDsl.Emit;

/// <summary>The runtime's classes that compute scalar functions of reals.</summary>
/// <param name="Lanes">In vectors.</param>
/// <param name="Reals">On one number, on the processor.</param>
/// <param name="DeviceReals">On one number, in kernels for ILGPU.</param>
internal sealed record FunctionClasses(string Lanes, string Reals, string DeviceReals)
{
    private static readonly FunctionClasses Fast = new("Lanes", "Reals", "DeviceReals");

    private static readonly FunctionClasses Precise = new("PreciseLanes", "PreciseReals", "PreciseDeviceReals");

    /// <summary>Devices have no functions in float64 that are more precise than the fast ones.</summary>
    private static readonly FunctionClasses PreciseDoubles = Precise with { DeviceReals = Fast.DeviceReals };

    public static FunctionClasses Of(NamedProgram program) =>
        !program.IsPrecise ? Fast : program.Real == RealType.Float32 ? Precise : PreciseDoubles;

    /// <summary>Names of types, which no variable has.</summary>
    public static IEnumerable<string> Names => new[] { Fast, Precise }.SelectMany(c => new[] { c.Lanes, c.Reals, c.DeviceReals });
}
