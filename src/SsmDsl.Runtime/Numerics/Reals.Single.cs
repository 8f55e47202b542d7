using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>float32: lane 0 of <see cref="Lanes"/>, so that an element is the same in whatever form it is computed.</content>
public static partial class Reals
{
    public static float Exp(float x) => Lanes.Exp(Lane(x)).ToScalar();

    public static float Exp2(float x) => Lanes.Exp2(Lane(x)).ToScalar();

    public static float Log(float x) => Lanes.Log(Lane(x)).ToScalar();

    /// <summary>log(1 + x), accurate near 0.</summary>
    public static float Log1p(float x) => Lanes.Log1p(Lane(x)).ToScalar();

    /// <summary>exp(x) - 1, accurate near 0.</summary>
    public static float Expm1(float x) => Lanes.Expm1(Lane(x)).ToScalar();

    public static float Sqrt(float x) => MathF.Sqrt(x);

    public static float Sin(float x) => Lanes.Sin(Lane(x)).ToScalar();

    public static float Cos(float x) => Lanes.Cos(Lane(x)).ToScalar();

    public static float Atan2(float y, float x) => MathF.Atan2(y, x);

    public static float Tanh(float x) => Lanes.Tanh(Lane(x)).ToScalar();

    public static float Sigmoid(float x) => Lanes.Sigmoid(Lane(x)).ToScalar();

    /// <summary>log(1 + exp(x)) without overflow.</summary>
    public static float Softplus(float x) => Lanes.Softplus(Lane(x)).ToScalar();

    /// <summary>The error function.</summary>
    public static float Erf(float x) => Lanes.Erf(Lane(x)).ToScalar();

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Lane(float x) => Vector128.CreateScalar(x);
}
