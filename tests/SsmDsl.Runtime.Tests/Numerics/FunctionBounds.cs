using System.Globalization;

namespace SsmDsl.Runtime.Tests.Numerics;

/// <summary>What is promised of a function: the tests hold it to it, and docs/functions.md has a row with the same words.</summary>
/// <param name="Name">Of the method.</param>
/// <param name="Written">In the language.</param>
/// <param name="Exact">As exact as double arithmetic gives it.</param>
/// <param name="Single">float32, and <paramref name="Double"/> float64, where the mode is not precise.</param>
/// <param name="PreciseDouble">float64 in precise mode.</param>
public sealed record FunctionBound(string Name, string Written, Func<double, double> Exact, Bound Single, Bound Double, Bound PreciseDouble)
{
    /// <summary>A row of the table.</summary>
    public string Row => $"| `{Written}` | {Single} | {Double} | {FunctionBounds.PreciseSingle} | {PreciseDouble} |";
}

/// <summary>The bounds of all approximated functions on the processor.</summary>
public static class FunctionBounds
{
    /// <summary>float32 in precise mode: rounded once from a double that is off by a few units of its own.</summary>
    public static readonly Bound PreciseSingle = new(0.5001);

    public static readonly FunctionBound[] All =
    [
        new("Exp", "exp(x)", Math.Exp, new(3, PerSize: 1.2), new(2), new(1)),
        new("Expm1", "expm1(x)", Expm1, new(2), new(3), new(3)),
        new("Log", "log(x)", Math.Log, new(1), new(1), new(1)),
        new("Log1p", "log1p(x)", Log1p, new(1.5), new(2), new(2)),
        new("Tanh", "tanh(x)", Math.Tanh, new(5), new(4), new(2)),
        new("Sigmoid", "sigmoid(x)", Sigmoid, new(3, PerSize: 1.2), new(4), new(2)),
        new("Softplus", "softplus(x)", x => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))), new(3, PerSize: 1.2), new(4), new(2)),
        new("Erf", "erf(x)", SsmDsl.Numerics.Reals.Erf, new(2), new(8), new(8)),
        new("Sin", "sin(x)", Math.Sin, new(0, Absolute: 1.3e-7), new(0, Absolute: 1.2e-16), new(1)),
        new("Cos", "cos(x)", Math.Cos, new(0, Absolute: 1.3e-7), new(0, Absolute: 1.2e-16), new(1)),
    ];

    /// <summary>Of x^y in float32, by System.MathF.</summary>
    public static readonly Bound Power = new(1);

    /// <summary>Of the angle of two numbers in float32, by System.MathF.</summary>
    public static readonly Bound Atan2 = new(2);

    /// <summary>The rows of the table.</summary>
    public static IEnumerable<string> Rows =>
    [
        .. All.Select(b => b.Row),
        $"| `x ^ y` | {Power} | System.Math | {PreciseSingle} | System.Math |",
        $"| the angle in `log(z)`, z complex | {Atan2} | System.Math | {PreciseSingle} | System.Math |",
    ];

    public static FunctionBound Of(string name) => All.Single(b => b.Name == name);

    /// <summary>Arguments in float64 with the functions' values in two doubles, computed with 50 digits.</summary>
    public static IEnumerable<(string Name, double X, double High, double Low)> Reference()
    {
        using Stream stream = typeof(FunctionBounds).Assembly.GetManifestResourceStream("numerics.reference")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] parts = line.Split(' ');
            yield return (parts[0], Number(parts[1]), Number(parts[2]), Number(parts[3]));
        }
    }

    private static double Expm1(double x) => x == 0 ? x : Math.Abs(x) < 1e-4 ? x + x * x / 2 * (1 + x / 3) : Math.Exp(x) - 1;

    private static double Log1p(double x) => x == 0 ? x : Math.Abs(x) < 1e-4 ? x - x * x / 2 + x * x * x / 3 : Math.Log(1 + x);

    private static double Sigmoid(double x) => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double Number(string bits) => BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
