namespace SsmDsl.Numerics;

/// <summary>
/// Scalar functions of the language on one number in precise mode. float64 comes from System.Math, and from short formulas on
/// it where it has none. float32 is that of float64 in <see cref="Reals"/>, rounded: lane 0 of <see cref="PreciseLanes"/>.
/// </summary>
public static class PreciseReals
{
    public static float Exp(float x) => (float)Reals.Exp((double)x);

    public static float Expm1(float x) => (float)Reals.Expm1((double)x);

    public static float Log(float x) => (float)Reals.Log((double)x);

    public static float Log1p(float x) => (float)Reals.Log1p((double)x);

    public static float Tanh(float x) => (float)Reals.Tanh((double)x);

    public static float Sigmoid(float x) => (float)Reals.Sigmoid((double)x);

    public static float Softplus(float x) => (float)Reals.Softplus((double)x);

    public static float Erf(float x) => (float)Reals.Erf((double)x);

    public static float Sin(float x) => (float)Reals.Sin((double)x);

    public static float Cos(float x) => (float)Reals.Cos((double)x);

    public static float Power(float x, float y) => (float)Math.Pow(x, y);

    public static float Atan2(float y, float x) => (float)Math.Atan2(y, x);

    public static float PowerInteger(float x, int n) => (float)Math.Pow(x, n);

    public static float Sqrt(float x) => MathF.Sqrt(x);

    public static float Floor(float x) => MathF.Floor(x);

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static float Sign(float x) => Reals.Sign(x);

    public static double Exp(double x) => Math.Exp(x);

    /// <summary>exp(x) - 1: tanh(x/2)·(exp(x) + 1) where the difference would cancel.</summary>
    public static double Expm1(double x) =>
        x == 0 ? x : Math.Abs(x) < 1 ? Math.Tanh(0.5 * x) * (Math.Exp(x) + 1) : Math.Exp(x) - 1;

    public static double Log(double x) => Math.Log(x);

    /// <summary>log(1 + x), accurate near 0: with the error of the rounded sum taken back.</summary>
    public static double Log1p(double x)
    {
        double sum = 1 + x;
        return sum == 1 || x == double.PositiveInfinity ? x : sum == 0 ? double.NegativeInfinity : Math.Log(sum) - (sum - 1 - x) / sum;
    }

    public static double Tanh(double x) => Math.Tanh(x);

    public static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    /// <summary>log(1 + exp(x)) without overflow.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    public static double Erf(double x) => Reals.Erf(x);

    public static double Sin(double x) => Math.Sin(x);

    public static double Cos(double x) => Math.Cos(x);

    public static double Power(double x, double y) => Math.Pow(x, y);

    public static double Atan2(double y, double x) => Math.Atan2(y, x);

    public static double PowerInteger(double x, int n) => Math.Pow(x, n);

    public static double Sqrt(double x) => Math.Sqrt(x);

    public static double Floor(double x) => Math.Floor(x);

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static double Sign(double x) => Reals.Sign(x);
}
