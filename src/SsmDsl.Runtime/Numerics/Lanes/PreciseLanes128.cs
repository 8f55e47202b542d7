using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>Vector128. The files of the other widths are this one with another width: a test compares them.</content>
public static unsafe partial class PreciseLanes
{
    public static Vector128<float> Exp(Vector128<float> x) => Rounded(x, &Lanes.Exp);

    public static Vector128<float> Expm1(Vector128<float> x) => Rounded(x, &Lanes.Expm1);

    public static Vector128<float> Log(Vector128<float> x) => Rounded(x, &Lanes.Log);

    public static Vector128<float> Log1p(Vector128<float> x) => Rounded(x, &Lanes.Log1p);

    public static Vector128<float> Tanh(Vector128<float> x) => Rounded(x, &Lanes.Tanh);

    public static Vector128<float> Sigmoid(Vector128<float> x) => Rounded(x, &Lanes.Sigmoid);

    public static Vector128<float> SigmoidOfNegated(Vector128<float> x) => Sigmoid(-x);

    public static Vector128<float> Softplus(Vector128<float> x) => Rounded(x, &Lanes.Softplus);

    public static Vector128<float> Erf(Vector128<float> x) => Rounded(x, &Lanes.Erf);

    public static Vector128<float> Sin(Vector128<float> x) => Rounded(x, &Lanes.Sin);

    public static Vector128<float> Cos(Vector128<float> x) => Rounded(x, &Lanes.Cos);

    public static Vector128<float> Power(Vector128<float> x, Vector128<float> y) => Rounded(x, y, &Lanes.Power);

    public static Vector128<float> Atan2(Vector128<float> y, Vector128<float> x) => Rounded(y, x, &Lanes.Atan2);

    public static Vector128<float> PowerInteger(Vector128<float> x, int n)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(x);
        return Vector128.Narrow(PowerInteger(lower, n), PowerInteger(upper, n));
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static Vector128<float> Sign(Vector128<float> x) => Lanes.Sign(x);

    public static Vector128<double> Exp(Vector128<double> x) => Each(x, &PreciseReals.Exp);

    public static Vector128<double> Expm1(Vector128<double> x) => Each(x, &PreciseReals.Expm1);

    public static Vector128<double> Log(Vector128<double> x) => Each(x, &PreciseReals.Log);

    public static Vector128<double> Log1p(Vector128<double> x) => Each(x, &PreciseReals.Log1p);

    public static Vector128<double> Tanh(Vector128<double> x) => Each(x, &PreciseReals.Tanh);

    public static Vector128<double> Sigmoid(Vector128<double> x) => Each(x, &PreciseReals.Sigmoid);

    public static Vector128<double> SigmoidOfNegated(Vector128<double> x) => Sigmoid(-x);

    public static Vector128<double> Softplus(Vector128<double> x) => Each(x, &PreciseReals.Softplus);

    public static Vector128<double> Erf(Vector128<double> x) => Each(x, &PreciseReals.Erf);

    public static Vector128<double> Sin(Vector128<double> x) => Each(x, &PreciseReals.Sin);

    public static Vector128<double> Cos(Vector128<double> x) => Each(x, &PreciseReals.Cos);

    public static Vector128<double> Power(Vector128<double> x, Vector128<double> y) => Lanes.Power(x, y);

    public static Vector128<double> Atan2(Vector128<double> y, Vector128<double> x) => Lanes.Atan2(y, x);

    public static Vector128<double> PowerInteger(Vector128<double> x, int n) => Lanes.Power(x, Vector128.Create((double)n));

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static Vector128<double> Sign(Vector128<double> x) => Lanes.Sign(x);

    private static Vector128<float> Rounded(Vector128<float> x, delegate*<Vector128<double>, Vector128<double>> function)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(x);
        return Vector128.Narrow(function(lower), function(upper));
    }

    private static Vector128<float> Rounded(
        Vector128<float> x, Vector128<float> y, delegate*<Vector128<double>, Vector128<double>, Vector128<double>> function)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(x);
        (Vector128<double> lowerY, Vector128<double> upperY) = Vector128.Widen(y);
        return Vector128.Narrow(function(lower, lowerY), function(upper, upperY));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<double> Each(Vector128<double> x, delegate*<double, double> function)
    {
        Elementwise.Map((double*)&x, Vector128<double>.Count, function);
        return x;
    }
}
