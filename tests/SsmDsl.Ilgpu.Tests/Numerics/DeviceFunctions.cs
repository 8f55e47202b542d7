using System.Globalization;
using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Tests.Numerics;

/// <summary>The functions of one argument, with what stands for their exact values and the bounds that their docstrings state.</summary>
internal static class DeviceFunctions
{
    /// <summary>float32: a relative error, or for angles an absolute one.</summary>
    public static readonly (string Name, Func<float, float> Function, Func<double, double> Exact, double Bound, bool IsAbsolute)[] Single =
    [
        ("Exp2", DeviceReals.Exp2, x => Math.Pow(2, x), 1.75e-7, false),
        ("Exp", DeviceReals.Exp, Math.Exp, 1.75e-7, false),
        ("Expm1", DeviceReals.Expm1, Expm1, 2.4e-7, false),
        ("Log", DeviceReals.Log, Math.Log, 1.2e-7, false),
        ("Log1p", DeviceReals.Log1p, Log1p, 1.8e-7, false),
        ("Sqrt", DeviceReals.Sqrt, Math.Sqrt, 6e-8, false),
        ("Tanh", DeviceReals.Tanh, Math.Tanh, 3.6e-7, false),
        ("Sigmoid", DeviceReals.Sigmoid, x => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)), 2.5e-7, false),
        ("Softplus", DeviceReals.Softplus, x => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))), 3.6e-7, false),
        ("Erf", DeviceReals.Erf, SsmDsl.Numerics.Reals.Erf, 3.6e-7, false),
        ("Sin", DeviceReals.Sin, Math.Sin, 1.3e-7, true),
        ("Cos", DeviceReals.Cos, Math.Cos, 1.3e-7, true),
        ("Floor", DeviceReals.Floor, Math.Floor, 0, false),
        ("Sign", DeviceReals.Sign, x => double.IsNaN(x) ? x : Math.Sign(x), 0, false),
        ("Power 1.5", x => DeviceReals.Power(x, 1.5f), x => Math.Pow(x, 1.5), 1.2e-7, false),
        ("Power -3", x => DeviceReals.Power(x, -3f), x => Math.Pow(x, -3), 1.2e-7, false),
        ("2 Power", x => DeviceReals.Power(2f, x), x => Math.Pow(2, x), 1.2e-7, false),
        ("Atan2 0.5", x => DeviceReals.Atan2(x, 0.5f), x => Math.Atan2(x, 0.5), 1.2e-7, false),
        ("-3 Atan2", x => DeviceReals.Atan2(-3f, x), x => Math.Atan2(-3, x), 1.2e-7, false),
    ];

    /// <summary>float32 in precise mode: half a unit in the last place, and what the double is off.</summary>
    public static readonly (string Name, Func<float, float> Function, Func<double, double> Exact)[] Precise =
    [
        ("Exp", PreciseDeviceReals.Exp, Math.Exp),
        ("Expm1", PreciseDeviceReals.Expm1, Expm1),
        ("Log", PreciseDeviceReals.Log, Math.Log),
        ("Log1p", PreciseDeviceReals.Log1p, Log1p),
        ("Tanh", PreciseDeviceReals.Tanh, Math.Tanh),
        ("Sigmoid", PreciseDeviceReals.Sigmoid, x => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x))),
        ("Softplus", PreciseDeviceReals.Softplus, x => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)))),
        ("Erf", PreciseDeviceReals.Erf, SsmDsl.Numerics.Reals.Erf),
        ("Sin", PreciseDeviceReals.Sin, Math.Sin),
        ("Cos", PreciseDeviceReals.Cos, Math.Cos),
        ("Power", x => PreciseDeviceReals.Power(x, 1.5f), x => Math.Pow(x, 1.5)),
        ("Atan2", x => PreciseDeviceReals.Atan2(x, 0.5f), x => Math.Atan2(x, 0.5)),
        ("PowerInteger", x => PreciseDeviceReals.PowerInteger(x, 3), x => x * x * x),
    ];

    /// <summary>float64: units in the last place, or for angles an absolute error.</summary>
    public static readonly (string Name, Func<double, double> Function, Func<double, double> Exact, double Bound, bool IsAbsolute)[] Double =
    [
        ("Exp", DeviceReals.Exp, Math.Exp, 2, false),
        ("Expm1", DeviceReals.Expm1, SsmDsl.Numerics.Reals.Expm1, 6, false),
        ("Log", DeviceReals.Log, Math.Log, 1.5, false),
        ("Log1p", DeviceReals.Log1p, SsmDsl.Numerics.Reals.Log1p, 4, false),
        ("Sqrt", DeviceReals.Sqrt, Math.Sqrt, 0, false),
        ("Tanh", DeviceReals.Tanh, Math.Tanh, 4, false),
        ("Sigmoid", DeviceReals.Sigmoid, SsmDsl.Numerics.Reals.Sigmoid, 8, false),
        ("Softplus", DeviceReals.Softplus, SsmDsl.Numerics.Reals.Softplus, 8, false),
        ("Erf", DeviceReals.Erf, SsmDsl.Numerics.Reals.Erf, 16, false),
        ("Sin", DeviceReals.Sin, Math.Sin, 2.5e-16, true),
        ("Cos", DeviceReals.Cos, Math.Cos, 2.5e-16, true),
        ("Floor", DeviceReals.Floor, Math.Floor, 0, false),
        ("Sign", DeviceReals.Sign, x => double.IsNaN(x) ? x : Math.Sign(x), 0, false),
        ("Power 1.5", x => DeviceReals.Power(x, 1.5), x => Math.Pow(x, 1.5), 2, false),
        ("Power 37.3", x => DeviceReals.Power(x, 37.3), x => Math.Pow(x, 37.3), 2, false),
        ("0.3 Power", x => DeviceReals.Power(0.3, x), x => Math.Pow(0.3, x), 2, false),
        ("1.0001 Power", x => DeviceReals.Power(1.0001, x), x => Math.Pow(1.0001, x), 2, false),
        ("1.4142 Power", x => DeviceReals.Power(1.4142, x), x => Math.Pow(1.4142, x), 2, false),
        ("Atan2 0.5", x => DeviceReals.Atan2(x, 0.5), x => Math.Atan2(x, 0.5), 2, false),
        ("-3 Atan2", x => DeviceReals.Atan2(-3, x), x => Math.Atan2(-3, x), 2, false),
    ];

    /// <summary>Rows of the table in docs/functions.md: the functions that are approximated, powers and angles once.</summary>
    public static IEnumerable<string> Rows()
    {
        foreach ((string name, string written) in new[]
        {
            ("Exp", "exp(x)"), ("Expm1", "expm1(x)"), ("Log", "log(x)"), ("Log1p", "log1p(x)"), ("Tanh", "tanh(x)"), ("Sigmoid", "sigmoid(x)"),
            ("Softplus", "softplus(x)"), ("Erf", "erf(x)"), ("Sin", "sin(x)"), ("Cos", "cos(x)"), ("Power", "x ^ y"), ("Atan2", "the angle in `log(z)`, z complex"),
        })
        {
            var single = Single.Where(f => f.Name.Split(' ').Contains(name)).MaxBy(f => f.Bound);
            var full = Double.Where(f => f.Name.Split(' ').Contains(name)).MaxBy(f => f.Bound);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {(written.Length < 16 ? $"`{written}`" : written)} | {single.Bound:0.0#e-0}{(single.IsAbsolute ? " of 1" : "")} | {(full.IsAbsolute ? $"{full.Bound:0.0e-0} of 1" : $"{full.Bound} ulp")} |");
        }
    }

    private static double Expm1(double x) => x == 0 ? x : Math.Abs(x) < 1e-4 ? x + x * x / 2 * (1 + x / 3) : Math.Exp(x) - 1;

    private static double Log1p(double x) => x == 0 ? x : Math.Abs(x) < 1e-4 ? x - x * x / 2 + x * x * x / 3 : Math.Log(1 + x);
}
