using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>
/// float32 in Vector512. The files of the other widths are this one with another width: a test compares them. All widths do
/// the same operations in the same order, so that a value does not depend on the lane that computes it; scalars are lane 0.
/// </content>
public static unsafe partial class Lanes
{
    /// <summary>2^x by <see cref="Power2"/>: relative error below 1.75e-7 (3 ulp), exact at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp2(Vector512<float> x) => Power2.Of(x);

    /// <summary>exp(x): relative error below 1.75e-7 + 8e-8·|x|, from the rounding of x·log2(e); exact at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => Power2.Of(x * Vector512.Create(1.44269504f));

    /// <summary>exp(x) - 1: relative error below 2.4e-7 (4 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Expm1(Vector512<float> x)
    {
        Vector512<float> bounded = Vector512.MaxNative(Vector512.Create(-20f), Vector512.MinNative(Vector512.Create(89f), x));
        Vector512<float> shifted = bounded * Vector512.Create(1.44269504f) + Vector512.Create(12582912f);
        Vector512<float> n = shifted - Vector512.Create(12582912f);
        Vector512<float> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-0.693359375f), bounded);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(2.12194440e-4f), r);
        Vector512<float> p = Vector512.Create(0.0013918157201260328f);
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.008369197137653828f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.041666608303785324f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.1666652262210846f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.5f));
        p = Vector512.MultiplyAddEstimate(p * r, r, r);

        // With the half of 2^n, which is finite where 2^n is not.
        Vector512<float> half = ((shifted.AsInt32() << 23) + Vector512.Create(126 << 23)).AsSingle();
        Vector512<float> value = Vector512.MultiplyAddEstimate(half, p, half - Vector512.Create(0.5f));
        value += value;
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(5e-8f)), x, value);
    }

    /// <summary>log(x), all of float32 with its denormals: relative error below 1.2e-7 (2 ulp). -infinity at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        Vector512<float> isTiny = Vector512.LessThan(x, Vector512.Create(1.17549435e-38f));
        Vector512<float> scaled = Vector512.ConditionalSelect(isTiny, x * Vector512.Create(8388608f), x);
        Vector512<int> bits = scaled.AsInt32() - Vector512.Create(0x3F3504F3);
        Vector512<int> exponent = bits >> 23;
        Vector512<float> fraction = (scaled.AsInt32() - (exponent << 23)).AsSingle() - Vector512<float>.One;
        Vector512<float> k = Vector512.ConvertToSingle(exponent) - (isTiny & Vector512.Create(23f));
        return LogEdges(x, x, LogOf(fraction, k));
    }

    /// <summary>log(1 + x), accurate near 0: relative error below 1.8e-7 (3 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log1p(Vector512<float> x)
    {
        Vector512<float> sum = Vector512<float>.One + x;
        Vector512<int> bits = sum.AsInt32() - Vector512.Create(0x3F3504F3);
        Vector512<int> exponent = bits >> 23;
        Vector512<int> shift = exponent << 23;

        // What the sum has lost, scaled as the fraction is.
        Vector512<float> lost = (x - (sum - Vector512<float>.One)) * Vector512.Max(Vector512.Create(127 << 23) - shift, Vector512<int>.Zero).AsSingle();
        Vector512<float> fraction = ((sum.AsInt32() - shift).AsSingle() - Vector512<float>.One) + lost;
        Vector512<float> value = LogEdges(sum, x, LogOf(fraction, Vector512.ConvertToSingle(exponent)));
        return Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), x, value);
    }

    /// <summary>tanh(x): relative error below 3.6e-7 (6 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        // x·p(x²) / q(x²) by least squares on 0 … 9, weighted until the largest relative error was least: 2.1e-8 before rounding.
        Vector512<float> bounded = Vector512.MaxNative(Vector512.Create(-9f), Vector512.MinNative(Vector512.Create(9f), x));
        Vector512<float> square = bounded * bounded;
        Vector512<float> p = Vector512.Create(1.3352901837972368e-8f);
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(2.0608076410561782e-5f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(0.0034955404624906409f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(0.13380990722044463f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512<float>.One) * bounded;
        Vector512<float> q = Vector512.Create(7.775912907040708e-7f);
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(0.00032855469591010287f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(0.025876816599661255f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(0.46714306606160121f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512<float>.One);
        return Vector512.MaxNative(Vector512.Create(-1f), Vector512.MinNative(Vector512<float>.One, p / q));
    }

    /// <summary>1 / (1 + exp(-x)): relative error below 2.5e-7 + 8e-8·|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        Vector512<float> e = Exp(x | Vector512.Create(-0f)), part = Vector512<float>.One / (Vector512<float>.One + e);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), e * part, part);
    }

    /// <summary>1 / (1 + exp(x)): beside <see cref="Sigmoid(Vector512{float})"/> of x, of which it is the same numbers, it takes one operation more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SigmoidOfNegated(Vector512<float> x)
    {
        Vector512<float> e = Exp(x | Vector512.Create(-0f)), part = Vector512<float>.One / (Vector512<float>.One + e);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), part, e * part);
    }

    /// <summary>log(1 + exp(x)) without overflow: relative error below 3.6e-7 + 8e-8·|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x) =>
        Vector512.MaxNative(Vector512<float>.Zero, x) + Log1p(Exp(x | Vector512.Create(-0f)));

    /// <summary>The error function: relative error below 3.6e-7 (6 ulp).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x)
    {
        Vector512<float> size = Vector512.Abs(x), square = x * x;
        Vector512<float> p = Vector512.Create(-0.0005674119456671178f);
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(0.004929321352392435f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(-0.026723099872469902f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(0.11280695348978043f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(-0.37612417340278625f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(0.12837916612625122f));
        Vector512<float> near = Vector512.MultiplyAddEstimate(p, x, x);

        // From 1 on, 1 - 2^q(|x|).
        Vector512<float> bounded = Vector512.MinNative(Vector512.Create(4f), size);
        Vector512<float> q = Vector512.Create(-0.001669395831413567f);
        q = Vector512.MultiplyAddEstimate(q, bounded, Vector512.Create(0.021396927535533905f));
        q = Vector512.MultiplyAddEstimate(q, bounded, Vector512.Create(-0.12810827791690826f));
        q = Vector512.MultiplyAddEstimate(q, bounded, Vector512.Create(-0.9438726902008057f));
        q = Vector512.MultiplyAddEstimate(q, bounded, Vector512.Create(-1.6123839616775513f));
        q = Vector512.MultiplyAddEstimate(q, bounded, Vector512.Create(-0.003779424587264657f));
        Vector512<float> far = (Vector512<float>.One - Power2.Of(q)) | (x & Vector512.Create(-0f));
        return Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512<float>.One), near, far);
    }

    /// <summary>sin(x): error below 1.3e-7 of 1; beyond 8192 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sin(Vector512<float> x)
    {
        Vector512<float> value = Turn(x, Vector512<int>.Zero);
        value = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), x, value);
        return Vector512.GreaterThanAny(Vector512.Abs(x), Vector512.Create(8192f)) ? Far(x, value, &Math.Sin) : value;
    }

    /// <summary>cos(x): error below 1.3e-7 of 1; beyond 8192 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Cos(Vector512<float> x)
    {
        Vector512<float> value = Turn(x, Vector512<int>.One);
        return Vector512.GreaterThanAny(Vector512.Abs(x), Vector512.Create(8192f)) ? Far(x, value, &Math.Cos) : value;
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sign(Vector512<float> x)
    {
        Vector512<float> sign = (Vector512.GreaterThan(x, Vector512<float>.Zero) & Vector512<float>.One)
            | (Vector512.LessThan(x, Vector512<float>.Zero) & Vector512.Create(-1f));
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), sign, x);
    }

    /// <summary>x^y by System.MathF, one lane after the other.</summary>
    public static Vector512<float> Power(Vector512<float> x, Vector512<float> y) => Pairs(x, y, &MathF.Pow);

    /// <summary>The angle of (x, y) by System.MathF, one lane after the other.</summary>
    public static Vector512<float> Atan2(Vector512<float> y, Vector512<float> x) => Pairs(y, x, &MathF.Atan2);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static Vector512<float> PowerInteger(Vector512<float> x, int n)
    {
        Vector512<float> power = Vector512<float>.One;
        for (long left = Math.Abs((long)n); left > 0; left >>= 1, x *= x)
            if ((left & 1) != 0) power *= x;
        return n < 0 ? Vector512<float>.One / power : power;
    }

    /// <summary>log(1 + f) + k·log(2) for 1 + f from √½ to √2 (after Cephes' logf).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LogOf(Vector512<float> f, Vector512<float> k)
    {
        Vector512<float> square = f * f;
        Vector512<float> p = Vector512.Create(7.0376836292e-2f);
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(-1.1514610310e-1f));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(1.1676998740e-1f));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(-1.2420140846e-1f));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(1.4249322787e-1f));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(-1.6668057665e-1f));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(2.0000714765e-1f));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(-2.4999993993e-1f));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(3.3333331174e-1f));
        Vector512<float> rest = Vector512.MultiplyAddEstimate(p, square * f, k * Vector512.Create(-2.12194440e-4f));
        rest = Vector512.MultiplyAddEstimate(square, Vector512.Create(-0.5f), rest);
        return Vector512.MultiplyAddEstimate(k, Vector512.Create(0.693359375f), f + rest);
    }

    /// <summary>-infinity where <paramref name="x"/> is 0, <paramref name="whole"/> where that is infinite, NaN below 0 and for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LogEdges(Vector512<float> x, Vector512<float> whole, Vector512<float> value)
    {
        value = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(float.PositiveInfinity)), whole, value);
        value = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), Vector512.Create(float.NegativeInfinity), value);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), value, Vector512.Create(float.NaN));
    }

    /// <summary>sin(x + quarters·π/2) for |x| up to 8192 (after Cephes' sinf, π/2 in three parts).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Turn(Vector512<float> x, Vector512<int> quarters)
    {
        Vector512<float> shifted = x * Vector512.Create(0.636619772f) + Vector512.Create(12582912f);
        Vector512<float> n = shifted - Vector512.Create(12582912f);
        Vector512<float> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-1.5703125f), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-4.837512969970703125e-4f), r);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-7.54978995489188216e-8f), r);
        Vector512<int> quadrant = shifted.AsInt32() + quarters;
        Vector512<float> square = r * r;
        Vector512<float> sine = Vector512.Create(-0.00019518790941219777f);
        sine = Vector512.MultiplyAddEstimate(sine, square, Vector512.Create(0.008332191966474056f));
        sine = Vector512.MultiplyAddEstimate(sine, square, Vector512.Create(-0.16666655242443085f));
        sine = Vector512.MultiplyAddEstimate(sine * square, r, r);
        Vector512<float> cosine = Vector512.Create(2.4430670237052254e-05f);
        cosine = Vector512.MultiplyAddEstimate(cosine, square, Vector512.Create(-0.00138873013202101f));
        cosine = Vector512.MultiplyAddEstimate(cosine, square, Vector512.Create(0.04166664555668831f));
        cosine = Vector512.MultiplyAddEstimate(cosine * square, square, Vector512.MultiplyAddEstimate(square, Vector512.Create(-0.5f), Vector512<float>.One));
        Vector512<float> isOdd = Vector512.Equals(quadrant & Vector512<int>.One, Vector512<int>.One).AsSingle();
        Vector512<float> sign = ((quadrant & Vector512.Create(2)) << 30).AsSingle();
        return Vector512.ConditionalSelect(isOdd, cosine, sine) ^ sign;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> Far(Vector512<float> x, Vector512<float> value, delegate*<double, double> function)
    {
        Elementwise.Far((float*)&x, (float*)&value, Vector512<float>.Count, 8192, function);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> Pairs(Vector512<float> x, Vector512<float> y, delegate*<float, float, float> function)
    {
        Elementwise.Pairs((float*)&x, (float*)&y, Vector512<float>.Count, function);
        return x;
    }
}
