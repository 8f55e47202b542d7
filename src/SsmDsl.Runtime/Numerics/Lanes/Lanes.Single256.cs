using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>
/// float32 in Vector256. The files of the other widths are this one with another width: a test compares them. All widths do
/// the same operations in the same order, so that a value does not depend on the lane that computes it; scalars are lane 0.
/// </content>
public static unsafe partial class Lanes
{
    /// <summary>2^x by <see cref="Power2"/>: relative error below 1.75e-7 (3 ulp), exact at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp2(Vector256<float> x) => Power2.Of(x);

    /// <summary>exp(x): relative error below 1.75e-7 + 8e-8·|x|, from the rounding of x·log2(e); exact at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x) => Power2.Of(x * Vector256.Create(1.44269504f));

    /// <summary>exp(x) - 1: relative error below 2.4e-7 (4 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Expm1(Vector256<float> x)
    {
        Vector256<float> bounded = Vector256.MaxNative(Vector256.Create(-20f), Vector256.MinNative(Vector256.Create(89f), x));
        Vector256<float> shifted = bounded * Vector256.Create(1.44269504f) + Vector256.Create(12582912f);
        Vector256<float> n = shifted - Vector256.Create(12582912f);
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-0.693359375f), bounded);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(2.12194440e-4f), r);
        Vector256<float> p = Vector256.Create(0.0013918157201260328f);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.008369197137653828f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.041666608303785324f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.1666652262210846f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.5f));
        p = Vector256.MultiplyAddEstimate(p * r, r, r);

        // With the half of 2^n, which is finite where 2^n is not.
        Vector256<float> half = ((shifted.AsInt32() << 23) + Vector256.Create(126 << 23)).AsSingle();
        Vector256<float> value = Vector256.MultiplyAddEstimate(half, p, half - Vector256.Create(0.5f));
        value += value;
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(5e-8f)), x, value);
    }

    /// <summary>log(x), all of float32 with its denormals: relative error below 1.2e-7 (2 ulp). -infinity at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        Vector256<float> isTiny = Vector256.LessThan(x, Vector256.Create(1.17549435e-38f));
        Vector256<float> scaled = Vector256.ConditionalSelect(isTiny, x * Vector256.Create(8388608f), x);
        Vector256<int> bits = scaled.AsInt32() - Vector256.Create(0x3F3504F3);
        Vector256<int> exponent = bits >> 23;
        Vector256<float> fraction = (scaled.AsInt32() - (exponent << 23)).AsSingle() - Vector256<float>.One;
        Vector256<float> k = Vector256.ConvertToSingle(exponent) - (isTiny & Vector256.Create(23f));
        return LogEdges(x, x, LogOf(fraction, k));
    }

    /// <summary>log(1 + x), accurate near 0: relative error below 1.8e-7 (3 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log1p(Vector256<float> x)
    {
        Vector256<float> sum = Vector256<float>.One + x;
        Vector256<int> bits = sum.AsInt32() - Vector256.Create(0x3F3504F3);
        Vector256<int> exponent = bits >> 23;
        Vector256<int> shift = exponent << 23;

        // What the sum has lost, scaled as the fraction is.
        Vector256<float> lost = (x - (sum - Vector256<float>.One)) * Vector256.Max(Vector256.Create(127 << 23) - shift, Vector256<int>.Zero).AsSingle();
        Vector256<float> fraction = ((sum.AsInt32() - shift).AsSingle() - Vector256<float>.One) + lost;
        Vector256<float> value = LogEdges(sum, x, LogOf(fraction, Vector256.ConvertToSingle(exponent)));
        return Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), x, value);
    }

    /// <summary>tanh(x): relative error below 3.6e-7 (6 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        // x·p(x²) / q(x²) by least squares on 0 … 9, weighted until the largest relative error was least: 2.1e-8 before rounding.
        Vector256<float> bounded = Vector256.MaxNative(Vector256.Create(-9f), Vector256.MinNative(Vector256.Create(9f), x));
        Vector256<float> square = bounded * bounded;
        Vector256<float> p = Vector256.Create(1.3352901837972368e-8f);
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(2.0608076410561782e-5f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(0.0034955404624906409f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(0.13380990722044463f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256<float>.One) * bounded;
        Vector256<float> q = Vector256.Create(7.775912907040708e-7f);
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(0.00032855469591010287f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(0.025876816599661255f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(0.46714306606160121f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256<float>.One);
        return Vector256.MaxNative(Vector256.Create(-1f), Vector256.MinNative(Vector256<float>.One, p / q));
    }

    /// <summary>1 / (1 + exp(-x)): relative error below 2.5e-7 + 8e-8·|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x)
    {
        Vector256<float> e = Exp(x | Vector256.Create(-0f)), part = Vector256<float>.One / (Vector256<float>.One + e);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), e * part, part);
    }

    /// <summary>1 / (1 + exp(x)): beside <see cref="Sigmoid(Vector256{float})"/> of x, of which it is the same numbers, it takes one operation more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SigmoidOfNegated(Vector256<float> x)
    {
        Vector256<float> e = Exp(x | Vector256.Create(-0f)), part = Vector256<float>.One / (Vector256<float>.One + e);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), part, e * part);
    }

    /// <summary>log(1 + exp(x)) without overflow: relative error below 3.6e-7 + 8e-8·|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Softplus(Vector256<float> x) =>
        Vector256.MaxNative(Vector256<float>.Zero, x) + Log1p(Exp(x | Vector256.Create(-0f)));

    /// <summary>The error function: relative error below 3.6e-7 (6 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Erf(Vector256<float> x)
    {
        Vector256<float> size = Vector256.Abs(x), square = x * x;
        Vector256<float> p = Vector256.Create(-0.0005674119456671178f);
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(0.004929321352392435f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(-0.026723099872469902f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(0.11280695348978043f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(-0.37612417340278625f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(0.12837916612625122f));
        Vector256<float> near = Vector256.MultiplyAddEstimate(p, x, x);

        // From 1 on, 1 - 2^q(|x|).
        Vector256<float> bounded = Vector256.MinNative(Vector256.Create(4f), size);
        Vector256<float> q = Vector256.Create(-0.001669395831413567f);
        q = Vector256.MultiplyAddEstimate(q, bounded, Vector256.Create(0.021396927535533905f));
        q = Vector256.MultiplyAddEstimate(q, bounded, Vector256.Create(-0.12810827791690826f));
        q = Vector256.MultiplyAddEstimate(q, bounded, Vector256.Create(-0.9438726902008057f));
        q = Vector256.MultiplyAddEstimate(q, bounded, Vector256.Create(-1.6123839616775513f));
        q = Vector256.MultiplyAddEstimate(q, bounded, Vector256.Create(-0.003779424587264657f));
        Vector256<float> far = (Vector256<float>.One - Power2.Of(q)) | (x & Vector256.Create(-0f));
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256<float>.One), near, far);
    }

    /// <summary>sin(x): error below 1.3e-7 of 1; beyond 8192 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sin(Vector256<float> x)
    {
        Vector256<float> value = Turn(x, Vector256<int>.Zero);
        value = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), x, value);
        return Vector256.GreaterThanAny(Vector256.Abs(x), Vector256.Create(8192f)) ? Far(x, value, &Math.Sin) : value;
    }

    /// <summary>cos(x): error below 1.3e-7 of 1; beyond 8192 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Cos(Vector256<float> x)
    {
        Vector256<float> value = Turn(x, Vector256<int>.One);
        return Vector256.GreaterThanAny(Vector256.Abs(x), Vector256.Create(8192f)) ? Far(x, value, &Math.Cos) : value;
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sign(Vector256<float> x)
    {
        Vector256<float> sign = (Vector256.GreaterThan(x, Vector256<float>.Zero) & Vector256<float>.One)
            | (Vector256.LessThan(x, Vector256<float>.Zero) & Vector256.Create(-1f));
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), sign, x);
    }

    /// <summary>x^y by System.MathF, one lane after the other.</summary>
    public static Vector256<float> Power(Vector256<float> x, Vector256<float> y) => Pairs(x, y, &MathF.Pow);

    /// <summary>The angle of (x, y) by System.MathF, one lane after the other.</summary>
    public static Vector256<float> Atan2(Vector256<float> y, Vector256<float> x) => Pairs(y, x, &MathF.Atan2);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static Vector256<float> PowerInteger(Vector256<float> x, int n)
    {
        Vector256<float> power = Vector256<float>.One;
        for (long left = Math.Abs((long)n); left > 0; left >>= 1, x *= x)
            if ((left & 1) != 0) power *= x;
        return n < 0 ? Vector256<float>.One / power : power;
    }

    /// <summary>log(1 + f) + k·log(2) for 1 + f from √½ to √2 (after Cephes' logf).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LogOf(Vector256<float> f, Vector256<float> k)
    {
        Vector256<float> square = f * f;
        Vector256<float> p = Vector256.Create(7.0376836292e-2f);
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.1514610310e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.1676998740e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.2420140846e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(1.4249322787e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-1.6668057665e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(2.0000714765e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(-2.4999993993e-1f));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(3.3333331174e-1f));
        Vector256<float> rest = Vector256.MultiplyAddEstimate(p, square * f, k * Vector256.Create(-2.12194440e-4f));
        rest = Vector256.MultiplyAddEstimate(square, Vector256.Create(-0.5f), rest);
        return Vector256.MultiplyAddEstimate(k, Vector256.Create(0.693359375f), f + rest);
    }

    /// <summary>-infinity where <paramref name="x"/> is 0, <paramref name="whole"/> where that is infinite, NaN below 0 and for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LogEdges(Vector256<float> x, Vector256<float> whole, Vector256<float> value)
    {
        value = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256.Create(float.PositiveInfinity)), whole, value);
        value = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), Vector256.Create(float.NegativeInfinity), value);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256<float>.Zero), value, Vector256.Create(float.NaN));
    }

    /// <summary>sin(x + quarters·π/2) for |x| up to 8192 (after Cephes' sinf, π/2 in three parts).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Turn(Vector256<float> x, Vector256<int> quarters)
    {
        Vector256<float> shifted = x * Vector256.Create(0.636619772f) + Vector256.Create(12582912f);
        Vector256<float> n = shifted - Vector256.Create(12582912f);
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-1.5703125f), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-4.837512969970703125e-4f), r);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-7.54978995489188216e-8f), r);
        Vector256<int> quadrant = shifted.AsInt32() + quarters;
        Vector256<float> square = r * r;
        Vector256<float> sine = Vector256.Create(-0.00019518790941219777f);
        sine = Vector256.MultiplyAddEstimate(sine, square, Vector256.Create(0.008332191966474056f));
        sine = Vector256.MultiplyAddEstimate(sine, square, Vector256.Create(-0.16666655242443085f));
        sine = Vector256.MultiplyAddEstimate(sine * square, r, r);
        Vector256<float> cosine = Vector256.Create(2.4430670237052254e-05f);
        cosine = Vector256.MultiplyAddEstimate(cosine, square, Vector256.Create(-0.00138873013202101f));
        cosine = Vector256.MultiplyAddEstimate(cosine, square, Vector256.Create(0.04166664555668831f));
        cosine = Vector256.MultiplyAddEstimate(cosine * square, square, Vector256.MultiplyAddEstimate(square, Vector256.Create(-0.5f), Vector256<float>.One));
        Vector256<float> isOdd = Vector256.Equals(quadrant & Vector256<int>.One, Vector256<int>.One).AsSingle();
        Vector256<float> sign = ((quadrant & Vector256.Create(2)) << 30).AsSingle();
        return Vector256.ConditionalSelect(isOdd, cosine, sine) ^ sign;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> Far(Vector256<float> x, Vector256<float> value, delegate*<double, double> function)
    {
        Elementwise.Far((float*)&x, (float*)&value, Vector256<float>.Count, 8192, function);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> Pairs(Vector256<float> x, Vector256<float> y, delegate*<float, float, float> function)
    {
        Elementwise.Pairs((float*)&x, (float*)&y, Vector256<float>.Count, function);
        return x;
    }
}
