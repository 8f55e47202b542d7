namespace SsmDsl.Numerics;

public static partial class Reals
{
    public static float Exp(float x) => MathF.Exp(x);

    public static float Log(float x) => MathF.Log(x);

    /// <summary>log(1 + x), accurate near 0.</summary>
    public static float Log1p(float x) => (float)Log1p((double)x);

    /// <summary>exp(x) - 1, accurate near 0.</summary>
    public static float Expm1(float x) => MathF.Abs(x) <= 0.5f ? (float)Expm1((double)x) : MathF.Exp(x) - 1;

    public static float Sqrt(float x) => MathF.Sqrt(x);

    public static float Sin(float x) => MathF.Sin(x);

    public static float Cos(float x) => MathF.Cos(x);

    public static float Atan2(float y, float x) => MathF.Atan2(y, x);

    public static float Tanh(float x) => MathF.Tanh(x);

    public static float Sigmoid(float x)
    {
        float e = MathF.Exp(-MathF.Abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /// <summary>log(1 + exp(x)) without overflow.</summary>
    public static float Softplus(float x) => MathF.Max(x, 0) + Log1p(MathF.Exp(-MathF.Abs(x)));

    /// <summary>The error function.</summary>
    public static float Erf(float x) => (float)Erf((double)x);

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static float Sign(float x) => x > 0 ? 1 : x < 0 ? -1 : float.IsNaN(x) ? x : 0;

    public static float Floor(float x) => MathF.Floor(x);

    public static float Power(float x, float y) => MathF.Pow(x, y);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static float PowerInteger(float x, int n)
    {
        float power = 1;
        for (long left = Math.Abs((long)n); left > 0; left >>= 1, x *= x)
            if ((left & 1) != 0) power *= x;
        return n < 0 ? 1 / power : power;
    }
}
