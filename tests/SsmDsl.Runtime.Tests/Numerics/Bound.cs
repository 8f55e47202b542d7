using System.Globalization;

namespace SsmDsl.Runtime.Tests.Numerics;

/// <summary>How far a function may be from its exact value.</summary>
/// <param name="Ulps">In units in the last place of the value, denormal ones included,</param>
/// <param name="PerSize">and so many more for each 1 of |x|.</param>
/// <param name="Absolute">Or as a number, for values of size 1 that have zeros elsewhere than at 0.</param>
public readonly record struct Bound(double Ulps, double PerSize = 0, double Absolute = 0)
{
    /// <summary>The part of the bound that an error takes: above 1, it is broken.</summary>
    public double Share(double x, double error, double unit) =>
        error == 0 ? 0 : error / (Absolute > 0 ? Absolute : unit * (Ulps + PerSize * Math.Abs(x)));

    public override string ToString() =>
        Absolute > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Absolute:0.0e-0} of 1")
        : PerSize > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Ulps} + {PerSize}·\\|x\\| ulp")
        : string.Create(CultureInfo.InvariantCulture, $"{Ulps} ulp");

    /// <summary>The unit in the last place of a float with this value.</summary>
    public static double SingleUnit(double value) => Math.ScaleB(1, Math.Max(Math.ILogB(value) - 23, -149));

    /// <summary>The unit in the last place of a double.</summary>
    public static double DoubleUnit(double value) => Math.BitIncrement(Math.Abs(value)) - Math.Abs(value);
}
