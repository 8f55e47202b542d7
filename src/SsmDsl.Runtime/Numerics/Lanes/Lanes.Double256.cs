using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Numerics;

/// <content>
/// float64 in Vector256. The files of the other widths are this one with another width: a test compares them. All widths do
/// the same operations in the same order, so that a value does not depend on the lane that computes it; scalars are lane 0.
/// </content>
public static unsafe partial class Lanes
{
    /// <summary>exp(x): below 2 ulp, 4 where the result is denormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        Vector256<double> bounded = Vector256.MaxNative(Vector256.Create(-746.0), Vector256.MinNative(Vector256.Create(710.0), x));
        Vector256<double> n = bounded * Vector256.Create(1.4426950408889634) + Vector256.Create(6755399441055744.0) - Vector256.Create(6755399441055744.0);
        Vector256<double> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-6.93147180369123816490e-01), bounded);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-1.90821492927058770002e-10), r);
        Vector256<double> value = Expm1Near(r) + Vector256<double>.One;

        // 2^n in two factors, each of which is a normal number.
        Vector256<double> half = n * Vector256.Create(0.5) + Vector256.Create(6755399441055744.0) - Vector256.Create(6755399441055744.0);
        return value * WholePower2(half) * WholePower2(n - half);
    }

    /// <summary>exp(x) - 1: below 3 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Expm1(Vector256<double> x)
    {
        Vector256<double> bounded = Vector256.MaxNative(Vector256.Create(-50.0), Vector256.MinNative(Vector256.Create(710.0), x));
        Vector256<double> n = bounded * Vector256.Create(1.4426950408889634) + Vector256.Create(6755399441055744.0) - Vector256.Create(6755399441055744.0);
        Vector256<double> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-6.93147180369123816490e-01), bounded);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-1.90821492927058770002e-10), r);

        // With the half of 2^n, which is finite where 2^n is not.
        Vector256<double> half = WholePower2(n - Vector256<double>.One);
        Vector256<double> value = Vector256.MultiplyAddEstimate(half, Expm1Near(r), half - Vector256.Create(0.5));
        value += value;
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(1e-17)), x, value);
    }

    /// <summary>log(x), all of float64 with its denormals: below 1 ulp. -infinity at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log(Vector256<double> x)
    {
        Vector256<double> isTiny = Vector256.LessThan(x, Vector256.Create(2.2250738585072014e-308));
        Vector256<double> scaled = Vector256.ConditionalSelect(isTiny, x * Vector256.Create(4503599627370496.0), x);
        (Vector256<double> fraction, Vector256<double> k) = Parts(scaled);
        return LogEdges(x, x, LogOf(fraction - Vector256<double>.One, k - (isTiny & Vector256.Create(52.0))));
    }

    /// <summary>log(1 + x), accurate near 0: below 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log1p(Vector256<double> x)
    {
        Vector256<double> sum = Vector256<double>.One + x;
        (Vector256<double> fraction, Vector256<double> k) = Parts(sum);

        // What the sum has lost, scaled as the fraction is.
        Vector256<double> lost = (x - (sum - Vector256<double>.One)) * WholePower2(Vector256.MaxNative(-k, Vector256.Create(-1022.0)));
        Vector256<double> value = LogEdges(sum, x, LogOf(fraction - Vector256<double>.One + lost, k));
        return Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<double>.Zero), x, value);
    }

    /// <summary>tanh(x): below 4 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Tanh(Vector256<double> x)
    {
        Vector256<double> e = Expm1(Vector256.Create(-2.0) * Vector256.Abs(x));
        return (-e / (e + Vector256.Create(2.0))) | (x & Vector256.Create(-0.0));
    }

    /// <summary>1 / (1 + exp(-x)): below 4 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Sigmoid(Vector256<double> x)
    {
        Vector256<double> e = Exp(x | Vector256.Create(-0.0));
        Vector256<double> above = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<double>.Zero), e, Vector256<double>.One);
        return above / (Vector256<double>.One + e);
    }

    /// <summary>1 / (1 + exp(x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> SigmoidOfNegated(Vector256<double> x) => Sigmoid(-x);

    /// <summary>log(1 + exp(x)) without overflow: below 4 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Softplus(Vector256<double> x) =>
        Vector256.MaxNative(Vector256<double>.Zero, x) + Log1p(Exp(x | Vector256.Create(-0.0)));

    /// <summary>The error function by <see cref="Reals.Erf(double)"/>, one lane after the other.</summary>
    public static Vector256<double> Erf(Vector256<double> x)
    {
        Elementwise.Map((double*)&x, Vector256<double>.Count, &Reals.Erf);
        return x;
    }

    /// <summary>sin(x): error below 1.2e-16 of 1; beyond 500,000 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Sin(Vector256<double> x)
    {
        Vector256<double> value = Turn(x, Vector256<long>.Zero);
        value = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<double>.Zero), x, value);
        return Vector256.GreaterThanAny(Vector256.Abs(x), Vector256.Create(500_000.0)) ? Far(x, value, &Math.Sin) : value;
    }

    /// <summary>cos(x): error below 1.2e-16 of 1; beyond 500,000 by System.Math, one lane after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Cos(Vector256<double> x)
    {
        Vector256<double> value = Turn(x, Vector256<long>.One);
        return Vector256.GreaterThanAny(Vector256.Abs(x), Vector256.Create(500_000.0)) ? Far(x, value, &Math.Cos) : value;
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Sign(Vector256<double> x)
    {
        Vector256<double> sign = (Vector256.GreaterThan(x, Vector256<double>.Zero) & Vector256<double>.One)
            | (Vector256.LessThan(x, Vector256<double>.Zero) & Vector256.Create(-1.0));
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), sign, x);
    }

    /// <summary>x^y by System.Math, one lane after the other.</summary>
    public static Vector256<double> Power(Vector256<double> x, Vector256<double> y) => Pairs(x, y, &Math.Pow);

    /// <summary>The angle of (x, y) by System.Math, one lane after the other.</summary>
    public static Vector256<double> Atan2(Vector256<double> y, Vector256<double> x) => Pairs(y, x, &Math.Atan2);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static Vector256<double> PowerInteger(Vector256<double> x, int n)
    {
        Vector256<double> power = Vector256<double>.One;
        for (long left = Math.Abs((long)n); left > 0; left >>= 1, x *= x)
            if ((left & 1) != 0) power *= x;
        return n < 0 ? Vector256<double>.One / power : power;
    }

    /// <summary>exp(r) - 1 for |r| up to log(2)/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Expm1Near(Vector256<double> r)
    {
        Vector256<double> p = Vector256.Create(2.092365517315609e-09);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(2.5106724818739614e-08));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(2.755724583706951e-07));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(2.7557245014218254e-06));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(2.480158735021919e-05));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.00019841269886170925));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.0013888888888878596));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.00833333333332148));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.04166666666666667));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.16666666666666677));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.5));
        return Vector256.MultiplyAddEstimate(p * r, r, r);
    }

    /// <summary>2^n for a whole n from -1022 to 1023.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> WholePower2(Vector256<double> n) =>
        ((n + Vector256.Create(6755399441055744.0 + 1023)).AsInt64() << 52).AsDouble();

    /// <summary>x = fraction·2^k with a fraction from √½ to √2, for normal x above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Fraction, Vector256<double> K) Parts(Vector256<double> x)
    {
        Vector256<long> biased = (x.AsInt64() + Vector256.Create(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)) >>> 52;
        Vector256<double> k = (biased | Vector256.Create(0x4330000000000000)).AsDouble() - Vector256.Create(4503599627370496.0 + 1023);
        return ((x.AsInt64() - ((biased - Vector256.Create(1023L)) << 52)).AsDouble(), k);
    }

    /// <summary>log(1 + f) + k·log(2) for 1 + f from √½ to √2 (after fdlibm's log).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> LogOf(Vector256<double> f, Vector256<double> k)
    {
        Vector256<double> s = f / (f + Vector256.Create(2.0)), z = s * s;
        Vector256<double> p = Vector256.Create(1.479819860511658591e-01);
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(1.531383769920937332e-01));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(1.818357216161805012e-01));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(2.222219843214978396e-01));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(2.857142874366239149e-01));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(3.999999999940941908e-01));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(6.666666666666735130e-01));
        Vector256<double> half = f * f * Vector256.Create(0.5);
        Vector256<double> rest = Vector256.MultiplyAddEstimate(s, Vector256.MultiplyAddEstimate(p, z, half), k * Vector256.Create(1.90821492927058770002e-10));
        return Vector256.MultiplyAddEstimate(k, Vector256.Create(6.93147180369123816490e-01), f - (half - rest));
    }

    /// <summary>-infinity where <paramref name="x"/> is 0, <paramref name="whole"/> where that is infinite, NaN below 0 and for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> LogEdges(Vector256<double> x, Vector256<double> whole, Vector256<double> value)
    {
        value = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256.Create(double.PositiveInfinity)), whole, value);
        value = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<double>.Zero), Vector256.Create(double.NegativeInfinity), value);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256<double>.Zero), value, Vector256.Create(double.NaN));
    }

    /// <summary>sin(x + quarters·π/2) for |x| up to 500,000 (after fdlibm's sin, π/2 in parts of 33 bits).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Turn(Vector256<double> x, Vector256<long> quarters)
    {
        Vector256<double> shifted = x * Vector256.Create(0.63661977236758134308) + Vector256.Create(6755399441055744.0);
        Vector256<double> n = shifted - Vector256.Create(6755399441055744.0);
        Vector256<double> first = Vector256.MultiplyAddEstimate(n, Vector256.Create(-1.57079632673412561417e+00), x);
        Vector256<double> second = n * Vector256.Create(6.07710050630396597660e-11);
        Vector256<double> r = first - second;
        r += Vector256.MultiplyAddEstimate(n, Vector256.Create(-2.02226624879595063154e-21), first - r - second);
        Vector256<long> quadrant = shifted.AsInt64() + quarters;
        Vector256<double> square = r * r;
        Vector256<double> sine = Vector256.Create(1.58969099521155010221e-10);
        sine = Vector256.MultiplyAddEstimate(sine, square, Vector256.Create(-2.50507602534068634195e-08));
        sine = Vector256.MultiplyAddEstimate(sine, square, Vector256.Create(2.75573137070700676789e-06));
        sine = Vector256.MultiplyAddEstimate(sine, square, Vector256.Create(-1.98412698298579493134e-04));
        sine = Vector256.MultiplyAddEstimate(sine, square, Vector256.Create(8.33333333332248946124e-03));
        sine = Vector256.MultiplyAddEstimate(sine, square, Vector256.Create(-1.66666666666666324348e-01));
        sine = Vector256.MultiplyAddEstimate(sine * square, r, r);
        Vector256<double> cosine = Vector256.Create(-1.13596475577881948265e-11);
        cosine = Vector256.MultiplyAddEstimate(cosine, square, Vector256.Create(2.08757232129817482790e-09));
        cosine = Vector256.MultiplyAddEstimate(cosine, square, Vector256.Create(-2.75573143513906633035e-07));
        cosine = Vector256.MultiplyAddEstimate(cosine, square, Vector256.Create(2.48015872894767294178e-05));
        cosine = Vector256.MultiplyAddEstimate(cosine, square, Vector256.Create(-1.38888888888741095749e-03));
        cosine = Vector256.MultiplyAddEstimate(cosine, square, Vector256.Create(4.16666666666666019037e-02));
        cosine = Vector256.MultiplyAddEstimate(cosine * square, square, Vector256.MultiplyAddEstimate(square, Vector256.Create(-0.5), Vector256<double>.One));
        Vector256<double> isOdd = Vector256.Equals(quadrant & Vector256<long>.One, Vector256<long>.One).AsDouble();
        Vector256<double> sign = ((quadrant & Vector256.Create(2L)) << 62).AsDouble();
        return Vector256.ConditionalSelect(isOdd, cosine, sine) ^ sign;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> Far(Vector256<double> x, Vector256<double> value, delegate*<double, double> function)
    {
        Elementwise.Far((double*)&x, (double*)&value, Vector256<double>.Count, 500_000, function);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> Pairs(Vector256<double> x, Vector256<double> y, delegate*<double, double, double> function)
    {
        Elementwise.Pairs((double*)&x, (double*)&y, Vector256<double>.Count, function);
        return x;
    }
}
