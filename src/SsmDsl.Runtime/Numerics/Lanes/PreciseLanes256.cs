using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>Vector256. The files of the other widths are this one with another width: a test compares them.</content>
public static unsafe partial class PreciseLanes
{
    public static Vector256<float> Exp(Vector256<float> x) => Rounded(x, &Lanes.Exp);

    public static Vector256<float> Expm1(Vector256<float> x) => Rounded(x, &Lanes.Expm1);

    public static Vector256<float> Log(Vector256<float> x) => Rounded(x, &Lanes.Log);

    public static Vector256<float> Log1p(Vector256<float> x) => Rounded(x, &Lanes.Log1p);

    public static Vector256<float> Tanh(Vector256<float> x) => Rounded(x, &Lanes.Tanh);

    public static Vector256<float> Sigmoid(Vector256<float> x) => Rounded(x, &Lanes.Sigmoid);

    public static Vector256<float> SigmoidOfNegated(Vector256<float> x) => Sigmoid(-x);

    public static Vector256<float> Softplus(Vector256<float> x) => Rounded(x, &Lanes.Softplus);

    public static Vector256<float> Erf(Vector256<float> x) => Rounded(x, &Lanes.Erf);

    public static Vector256<float> Sin(Vector256<float> x) => Rounded(x, &Lanes.Sin);

    public static Vector256<float> Cos(Vector256<float> x) => Rounded(x, &Lanes.Cos);

    public static Vector256<float> Power(Vector256<float> x, Vector256<float> y) => Rounded(x, y, &Lanes.Power);

    public static Vector256<float> Atan2(Vector256<float> y, Vector256<float> x) => Rounded(y, x, &Lanes.Atan2);

    public static Vector256<float> PowerInteger(Vector256<float> x, int n)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(x);
        return Vector256.Narrow(PowerInteger(lower, n), PowerInteger(upper, n));
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static Vector256<float> Sign(Vector256<float> x) => Lanes.Sign(x);

    public static Vector256<double> Exp(Vector256<double> x) => Each(x, &PreciseReals.Exp);

    public static Vector256<double> Expm1(Vector256<double> x) => Each(x, &PreciseReals.Expm1);

    public static Vector256<double> Log(Vector256<double> x) => Each(x, &PreciseReals.Log);

    public static Vector256<double> Log1p(Vector256<double> x) => Each(x, &PreciseReals.Log1p);

    public static Vector256<double> Tanh(Vector256<double> x) => Each(x, &PreciseReals.Tanh);

    public static Vector256<double> Sigmoid(Vector256<double> x) => Each(x, &PreciseReals.Sigmoid);

    public static Vector256<double> SigmoidOfNegated(Vector256<double> x) => Sigmoid(-x);

    public static Vector256<double> Softplus(Vector256<double> x) => Each(x, &PreciseReals.Softplus);

    public static Vector256<double> Erf(Vector256<double> x) => Each(x, &PreciseReals.Erf);

    public static Vector256<double> Sin(Vector256<double> x) => Each(x, &PreciseReals.Sin);

    public static Vector256<double> Cos(Vector256<double> x) => Each(x, &PreciseReals.Cos);

    public static Vector256<double> Power(Vector256<double> x, Vector256<double> y) => Lanes.Power(x, y);

    public static Vector256<double> Atan2(Vector256<double> y, Vector256<double> x) => Lanes.Atan2(y, x);

    public static Vector256<double> PowerInteger(Vector256<double> x, int n) => Lanes.Power(x, Vector256.Create((double)n));

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static Vector256<double> Sign(Vector256<double> x) => Lanes.Sign(x);

    private static Vector256<float> Rounded(Vector256<float> x, delegate*<Vector256<double>, Vector256<double>> function)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(x);
        return Vector256.Narrow(function(lower), function(upper));
    }

    private static Vector256<float> Rounded(
        Vector256<float> x, Vector256<float> y, delegate*<Vector256<double>, Vector256<double>, Vector256<double>> function)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(x);
        (Vector256<double> lowerY, Vector256<double> upperY) = Vector256.Widen(y);
        return Vector256.Narrow(function(lower, lowerY), function(upper, upperY));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> Each(Vector256<double> x, delegate*<double, double> function)
    {
        Elementwise.Map((double*)&x, Vector256<double>.Count, function);
        return x;
    }
}
