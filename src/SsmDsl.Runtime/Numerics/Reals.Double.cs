using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <summary>
/// Scalar functions of the language on one number, in both precisions: lane 0 of <see cref="Lanes"/>, so that an element is
/// the same in whatever form it is computed.
/// </summary>
public static partial class Reals
{
    public static double Exp(double x) => Lanes.Exp(Lane(x)).ToScalar();

    public static double Log(double x) => Lanes.Log(Lane(x)).ToScalar();

    /// <summary>log(1 + x), accurate near 0.</summary>
    public static double Log1p(double x) => Lanes.Log1p(Lane(x)).ToScalar();

    /// <summary>exp(x) - 1, accurate near 0.</summary>
    public static double Expm1(double x) => Lanes.Expm1(Lane(x)).ToScalar();

    public static double Sqrt(double x) => Math.Sqrt(x);

    public static double Sin(double x) => Lanes.Sin(Lane(x)).ToScalar();

    public static double Cos(double x) => Lanes.Cos(Lane(x)).ToScalar();

    public static double Atan2(double y, double x) => Math.Atan2(y, x);

    public static double Tanh(double x) => Lanes.Tanh(Lane(x)).ToScalar();

    public static double Sigmoid(double x) => Lanes.Sigmoid(Lane(x)).ToScalar();

    /// <summary>log(1 + exp(x)) without overflow.</summary>
    public static double Softplus(double x) => Lanes.Softplus(Lane(x)).ToScalar();

    /// <summary>
    /// The error function: below 3 by the series 2/√π·exp(-x²)·Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, whose terms are all positive; above by the
    /// continued fraction of its complement (Abramowitz and Stegun 7.1.6, 7.1.14).
    /// </summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x) || a == 0) return x;
        if (a > 6) return x > 0 ? 1 : -1;
        double value;
        if (a < 3)
        {
            double term = a, sum = a;
            for (int n = 1; term > 1e-18 * sum; n++) sum += term *= 2 * a * a / (2 * n + 1);
            value = 2 / Math.Sqrt(Math.PI) * Math.Exp(-a * a) * sum;
        }
        else
        {
            double fraction = 0;
            for (int k = 60; k > 0; k--) fraction = k / 2.0 / (a + fraction);
            value = 1 - Math.Exp(-a * a) / Math.Sqrt(Math.PI) / (a + fraction);
        }

        return x < 0 ? -value : value;
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : double.IsNaN(x) ? x : 0;

    public static double Floor(double x) => Math.Floor(x);

    public static double Power(double x, double y) => Math.Pow(x, y);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static double PowerInteger(double x, int n)
    {
        double power = 1;
        for (long left = Math.Abs((long)n); left > 0; left >>= 1, x *= x)
            if ((left & 1) != 0) power *= x;
        return n < 0 ? 1 / power : power;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Lane(double x) => Vector128.CreateScalar(x);
}
