using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>
/// float32 in Vector128. The files of the other widths are this one with another width: a test compares them. All widths do
/// the same operations in the same order, so that a value does not depend on the lane that computes it; scalars are lane 0.
/// </content>
public static unsafe partial class Lanes
{
    /// <summary>2^x by <see cref="Power2"/>: relative error below 1.75e-7 (3 ulp), exact at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp2(Vector128<float> x) => Power2.Of(x);

    /// <summary>exp(x): relative error below 1.75e-7 + 8e-8·|x|, from the rounding of x·log2(e); exact at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x) => Power2.Of(x * Vector128.Create(1.44269504f));

    /// <summary>exp(x) - 1: relative error below 2.4e-7 (4 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Expm1(Vector128<float> x)
    {
        Vector128<float> bounded = Vector128.MaxNative(Vector128.Create(-20f), Vector128.MinNative(Vector128.Create(89f), x));
        Vector128<float> shifted = bounded * Vector128.Create(1.44269504f) + Vector128.Create(12582912f);
        Vector128<float> n = shifted - Vector128.Create(12582912f);
        Vector128<float> r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-0.693359375f), bounded);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(2.12194440e-4f), r);
        Vector128<float> p = Vector128.Create(0.0013918157201260328f);
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.008369197137653828f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.041666608303785324f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.1666652262210846f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(0.5f));
        p = Vector128.MultiplyAddEstimate(p * r, r, r);

        // With the half of 2^n, which is finite where 2^n is not.
        Vector128<float> half = ((shifted.AsInt32() << 23) + Vector128.Create(126 << 23)).AsSingle();
        Vector128<float> value = Vector128.MultiplyAddEstimate(half, p, half - Vector128.Create(0.5f));
        value += value;
        return Vector128.ConditionalSelect(Vector128.LessThan(Vector128.Abs(x), Vector128.Create(5e-8f)), x, value);
    }

    /// <summary>log(x), all of float32 with its denormals: relative error below 1.2e-7 (2 ulp). -infinity at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Log(Vector128<float> x)
    {
        Vector128<float> isTiny = Vector128.LessThan(x, Vector128.Create(1.17549435e-38f));
        Vector128<float> scaled = Vector128.ConditionalSelect(isTiny, x * Vector128.Create(8388608f), x);
        Vector128<int> bits = scaled.AsInt32() - Vector128.Create(0x3F3504F3);
        Vector128<int> exponent = bits >> 23;
        Vector128<float> fraction = (scaled.AsInt32() - (exponent << 23)).AsSingle() - Vector128<float>.One;
        Vector128<float> k = Vector128.ConvertToSingle(exponent) - (isTiny & Vector128.Create(23f));
        return LogEdges(x, x, LogOf(fraction, k));
    }

    /// <summary>log(1 + x), accurate near 0: relative error below 1.8e-7 (3 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Log1p(Vector128<float> x)
    {
        Vector128<float> sum = Vector128<float>.One + x;
        Vector128<int> bits = sum.AsInt32() - Vector128.Create(0x3F3504F3);
        Vector128<int> exponent = bits >> 23;
        Vector128<int> shift = exponent << 23;

        // What the sum has lost, scaled as the fraction is.
        Vector128<float> lost = (x - (sum - Vector128<float>.One)) * Vector128.Max(Vector128.Create(127 << 23) - shift, Vector128<int>.Zero).AsSingle();
        Vector128<float> fraction = ((sum.AsInt32() - shift).AsSingle() - Vector128<float>.One) + lost;
        Vector128<float> value = LogEdges(sum, x, LogOf(fraction, Vector128.ConvertToSingle(exponent)));
        return Vector128.ConditionalSelect(Vector128.Equals(x, Vector128<float>.Zero), x, value);
    }

    /// <summary>tanh(x): relative error below 3.6e-7 (6 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Tanh(Vector128<float> x)
    {
        // x·p(x²) / q(x²) by least squares on 0 … 9, weighted until the largest relative error was least: 2.1e-8 before rounding.
        Vector128<float> bounded = Vector128.MaxNative(Vector128.Create(-9f), Vector128.MinNative(Vector128.Create(9f), x));
        Vector128<float> square = bounded * bounded;
        Vector128<float> p = Vector128.Create(1.3352901837972368e-8f);
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(2.0608076410561782e-5f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(0.0034955404624906409f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(0.13380990722044463f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128<float>.One) * bounded;
        Vector128<float> q = Vector128.Create(7.775912907040708e-7f);
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(0.00032855469591010287f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(0.025876816599661255f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(0.46714306606160121f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128<float>.One);
        return Vector128.MaxNative(Vector128.Create(-1f), Vector128.MinNative(Vector128<float>.One, p / q));
    }

    /// <summary>1 / (1 + exp(-x)): relative error below 2.5e-7 + 8e-8·|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sigmoid(Vector128<float> x)
    {
        Vector128<float> e = Exp(x | Vector128.Create(-0f)), part = Vector128<float>.One / (Vector128<float>.One + e);
        return Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), e * part, part);
    }

    /// <summary>1 / (1 + exp(x)): beside <see cref="Sigmoid(Vector128{float})"/> of x, of which it is the same numbers, it takes one operation more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SigmoidOfNegated(Vector128<float> x)
    {
        Vector128<float> e = Exp(x | Vector128.Create(-0f)), part = Vector128<float>.One / (Vector128<float>.One + e);
        return Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), part, e * part);
    }

    /// <summary>log(1 + exp(x)) without overflow: relative error below 3.6e-7 + 8e-8·|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Softplus(Vector128<float> x) =>
        Vector128.MaxNative(Vector128<float>.Zero, x) + Log1p(Exp(x | Vector128.Create(-0f)));

    /// <summary>The error function: relative error below 3.6e-7 (6 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Erf(Vector128<float> x)
    {
        Vector128<float> size = Vector128.Abs(x), square = x * x;
        Vector128<float> p = Vector128.Create(-0.0005674119456671178f);
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(0.004929321352392435f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(-0.026723099872469902f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(0.11280695348978043f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(-0.37612417340278625f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(0.12837916612625122f));
        Vector128<float> near = Vector128.MultiplyAddEstimate(p, x, x);

        // From 1 on, 1 - 2^q(|x|).
        Vector128<float> bounded = Vector128.MinNative(Vector128.Create(4f), size);
        Vector128<float> q = Vector128.Create(-0.001669395831413567f);
        q = Vector128.MultiplyAddEstimate(q, bounded, Vector128.Create(0.021396927535533905f));
        q = Vector128.MultiplyAddEstimate(q, bounded, Vector128.Create(-0.12810827791690826f));
        q = Vector128.MultiplyAddEstimate(q, bounded, Vector128.Create(-0.9438726902008057f));
        q = Vector128.MultiplyAddEstimate(q, bounded, Vector128.Create(-1.6123839616775513f));
        q = Vector128.MultiplyAddEstimate(q, bounded, Vector128.Create(-0.003779424587264657f));
        Vector128<float> far = (Vector128<float>.One - Power2.Of(q)) | (x & Vector128.Create(-0f));
        return Vector128.ConditionalSelect(Vector128.LessThan(size, Vector128<float>.One), near, far);
    }

    /// <summary>sin(x): error below 1.3e-7 of 1; beyond 8192 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sin(Vector128<float> x)
    {
        Vector128<float> value = Turn(x, Vector128<int>.Zero);
        value = Vector128.ConditionalSelect(Vector128.Equals(x, Vector128<float>.Zero), x, value);
        return Vector128.GreaterThanAny(Vector128.Abs(x), Vector128.Create(8192f)) ? Far(x, value, &Math.Sin) : value;
    }

    /// <summary>cos(x): error below 1.3e-7 of 1; beyond 8192 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Cos(Vector128<float> x)
    {
        Vector128<float> value = Turn(x, Vector128<int>.One);
        return Vector128.GreaterThanAny(Vector128.Abs(x), Vector128.Create(8192f)) ? Far(x, value, &Math.Cos) : value;
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sign(Vector128<float> x)
    {
        Vector128<float> sign = (Vector128.GreaterThan(x, Vector128<float>.Zero) & Vector128<float>.One)
            | (Vector128.LessThan(x, Vector128<float>.Zero) & Vector128.Create(-1f));
        return Vector128.ConditionalSelect(Vector128.Equals(x, x), sign, x);
    }

    /// <summary>x^y by System.MathF, one lane after the other.</summary>
    public static Vector128<float> Power(Vector128<float> x, Vector128<float> y) => Pairs(x, y, &MathF.Pow);

    /// <summary>The angle of (x, y) by System.MathF, one lane after the other.</summary>
    public static Vector128<float> Atan2(Vector128<float> y, Vector128<float> x) => Pairs(y, x, &MathF.Atan2);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static Vector128<float> PowerInteger(Vector128<float> x, int n)
    {
        Vector128<float> power = Vector128<float>.One;
        for (long left = Math.Abs((long)n); left > 0; left >>= 1, x *= x)
            if ((left & 1) != 0) power *= x;
        return n < 0 ? Vector128<float>.One / power : power;
    }

    /// <summary>log(1 + f) + k·log(2) for 1 + f from √½ to √2 (after Cephes' logf).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LogOf(Vector128<float> f, Vector128<float> k)
    {
        Vector128<float> square = f * f;
        Vector128<float> p = Vector128.Create(7.0376836292e-2f);
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(-1.1514610310e-1f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(1.1676998740e-1f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(-1.2420140846e-1f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(1.4249322787e-1f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(-1.6668057665e-1f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(2.0000714765e-1f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(-2.4999993993e-1f));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(3.3333331174e-1f));
        Vector128<float> rest = Vector128.MultiplyAddEstimate(p, square * f, k * Vector128.Create(-2.12194440e-4f));
        rest = Vector128.MultiplyAddEstimate(square, Vector128.Create(-0.5f), rest);
        return Vector128.MultiplyAddEstimate(k, Vector128.Create(0.693359375f), f + rest);
    }

    /// <summary>-infinity where <paramref name="x"/> is 0, <paramref name="whole"/> where that is infinite, NaN below 0 and for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LogEdges(Vector128<float> x, Vector128<float> whole, Vector128<float> value)
    {
        value = Vector128.ConditionalSelect(Vector128.Equals(x, Vector128.Create(float.PositiveInfinity)), whole, value);
        value = Vector128.ConditionalSelect(Vector128.Equals(x, Vector128<float>.Zero), Vector128.Create(float.NegativeInfinity), value);
        return Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(x, Vector128<float>.Zero), value, Vector128.Create(float.NaN));
    }

    /// <summary>sin(x + quarters·π/2) for |x| up to 8192 (after Cephes' sinf, π/2 in three parts).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Turn(Vector128<float> x, Vector128<int> quarters)
    {
        Vector128<float> shifted = x * Vector128.Create(0.636619772f) + Vector128.Create(12582912f);
        Vector128<float> n = shifted - Vector128.Create(12582912f);
        Vector128<float> r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-1.5703125f), x);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-4.837512969970703125e-4f), r);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-7.54978995489188216e-8f), r);
        Vector128<int> quadrant = shifted.AsInt32() + quarters;
        Vector128<float> square = r * r;
        Vector128<float> sine = Vector128.Create(-0.00019518790941219777f);
        sine = Vector128.MultiplyAddEstimate(sine, square, Vector128.Create(0.008332191966474056f));
        sine = Vector128.MultiplyAddEstimate(sine, square, Vector128.Create(-0.16666655242443085f));
        sine = Vector128.MultiplyAddEstimate(sine * square, r, r);
        Vector128<float> cosine = Vector128.Create(2.4430670237052254e-05f);
        cosine = Vector128.MultiplyAddEstimate(cosine, square, Vector128.Create(-0.00138873013202101f));
        cosine = Vector128.MultiplyAddEstimate(cosine, square, Vector128.Create(0.04166664555668831f));
        cosine = Vector128.MultiplyAddEstimate(cosine * square, square, Vector128.MultiplyAddEstimate(square, Vector128.Create(-0.5f), Vector128<float>.One));
        Vector128<float> isOdd = Vector128.Equals(quadrant & Vector128<int>.One, Vector128<int>.One).AsSingle();
        Vector128<float> sign = ((quadrant & Vector128.Create(2)) << 30).AsSingle();
        return Vector128.ConditionalSelect(isOdd, cosine, sine) ^ sign;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> Far(Vector128<float> x, Vector128<float> value, delegate*<double, double> function)
    {
        Elementwise.Far((float*)&x, (float*)&value, Vector128<float>.Count, 8192, function);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> Pairs(Vector128<float> x, Vector128<float> y, delegate*<float, float, float> function)
    {
        Elementwise.Pairs((float*)&x, (float*)&y, Vector128<float>.Count, function);
        return x;
    }
}
