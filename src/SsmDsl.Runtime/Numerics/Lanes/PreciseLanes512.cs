using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>Vector512. The files of the other widths are this one with another width: a test compares them.</content>
public static unsafe partial class PreciseLanes
{
    public static Vector512<float> Exp(Vector512<float> x) => Rounded(x, &Lanes.Exp);

    public static Vector512<float> Expm1(Vector512<float> x) => Rounded(x, &Lanes.Expm1);

    public static Vector512<float> Log(Vector512<float> x) => Rounded(x, &Lanes.Log);

    public static Vector512<float> Log1p(Vector512<float> x) => Rounded(x, &Lanes.Log1p);

    public static Vector512<float> Tanh(Vector512<float> x) => Rounded(x, &Lanes.Tanh);

    public static Vector512<float> Sigmoid(Vector512<float> x) => Rounded(x, &Lanes.Sigmoid);

    public static Vector512<float> SigmoidOfNegated(Vector512<float> x) => Sigmoid(-x);

    public static Vector512<float> Softplus(Vector512<float> x) => Rounded(x, &Lanes.Softplus);

    public static Vector512<float> Erf(Vector512<float> x) => Rounded(x, &Lanes.Erf);

    public static Vector512<float> Sin(Vector512<float> x) => Rounded(x, &Lanes.Sin);

    public static Vector512<float> Cos(Vector512<float> x) => Rounded(x, &Lanes.Cos);

    public static Vector512<float> Power(Vector512<float> x, Vector512<float> y) => Rounded(x, y, &Lanes.Power);

    public static Vector512<float> Atan2(Vector512<float> y, Vector512<float> x) => Rounded(y, x, &Lanes.Atan2);

    public static Vector512<float> PowerInteger(Vector512<float> x, int n)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(x);
        return Vector512.Narrow(PowerInteger(lower, n), PowerInteger(upper, n));
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static Vector512<float> Sign(Vector512<float> x) => Lanes.Sign(x);

    public static Vector512<double> Exp(Vector512<double> x) => Each(x, &PreciseReals.Exp);

    public static Vector512<double> Expm1(Vector512<double> x) => Each(x, &PreciseReals.Expm1);

    public static Vector512<double> Log(Vector512<double> x) => Each(x, &PreciseReals.Log);

    public static Vector512<double> Log1p(Vector512<double> x) => Each(x, &PreciseReals.Log1p);

    public static Vector512<double> Tanh(Vector512<double> x) => Each(x, &PreciseReals.Tanh);

    public static Vector512<double> Sigmoid(Vector512<double> x) => Each(x, &PreciseReals.Sigmoid);

    public static Vector512<double> SigmoidOfNegated(Vector512<double> x) => Sigmoid(-x);

    public static Vector512<double> Softplus(Vector512<double> x) => Each(x, &PreciseReals.Softplus);

    public static Vector512<double> Erf(Vector512<double> x) => Each(x, &PreciseReals.Erf);

    public static Vector512<double> Sin(Vector512<double> x) => Each(x, &PreciseReals.Sin);

    public static Vector512<double> Cos(Vector512<double> x) => Each(x, &PreciseReals.Cos);

    public static Vector512<double> Power(Vector512<double> x, Vector512<double> y) => Lanes.Power(x, y);

    public static Vector512<double> Atan2(Vector512<double> y, Vector512<double> x) => Lanes.Atan2(y, x);

    public static Vector512<double> PowerInteger(Vector512<double> x, int n) => Lanes.Power(x, Vector512.Create((double)n));

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static Vector512<double> Sign(Vector512<double> x) => Lanes.Sign(x);

    private static Vector512<float> Rounded(Vector512<float> x, delegate*<Vector512<double>, Vector512<double>> function)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(x);
        return Vector512.Narrow(function(lower), function(upper));
    }

    private static Vector512<float> Rounded(
        Vector512<float> x, Vector512<float> y, delegate*<Vector512<double>, Vector512<double>, Vector512<double>> function)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(x);
        (Vector512<double> lowerY, Vector512<double> upperY) = Vector512.Widen(y);
        return Vector512.Narrow(function(lower, lowerY), function(upper, upperY));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> Each(Vector512<double> x, delegate*<double, double> function)
    {
        Elementwise.Map((double*)&x, Vector512<double>.Count, function);
        return x;
    }
}
