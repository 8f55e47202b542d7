using System.Runtime.CompilerServices;

namespace SsmDsl.Ilgpu.Numerics;

/// <content>float64.</content>
public static partial class DeviceReals
{
    private const double Log2E64 = 1.4426950408889634;

    // Adding it leaves a whole number in the low bits of a double of up to 51 bits.
    private const double Whole64 = 6755399441055744.0;

    /// <summary>exp(x): below 2 ulp, 4 where the result is denormal.</summary>
    public static double Exp(double x)
    {
        double bounded = Clamp(x, -746.0, 710.0);
        double n = bounded * Log2E64 + Whole64 - Whole64;
        return Scale(Expm1Near(Rest(bounded, n)) + 1.0, n);
    }

    /// <summary>exp(x) - 1: below 3 ulp.</summary>
    public static double Expm1(double x)
    {
        double bounded = Clamp(x, -50.0, 710.0);
        double n = bounded * Log2E64 + Whole64 - Whole64;

        // With the half of 2^n, which is finite where 2^n is not.
        double half = Power2Of64((int)n - 1);
        double value = half * Expm1Near(Rest(bounded, n)) + (half - 0.5);
        return Size(x) < 1e-17 ? x : value + value;
    }

    /// <summary>log(x), all of float64 with its denormals: below 1 ulp. -infinity at 0, NaN below.</summary>
    public static double Log(double x)
    {
        bool isTiny = x < 2.2250738585072014e-308;
        double scaled = isTiny ? x * 4503599627370496.0 : x;
        long bits = BitConverter.DoubleToInt64Bits(scaled);
        int exponent = Exponent(bits);
        double fraction = BitConverter.Int64BitsToDouble(bits - ((long)exponent << 52)) - 1.0;
        return LogEdges(x, x, LogOf(fraction, isTiny ? exponent - 52 : exponent));
    }

    /// <summary>log(1 + x), accurate near 0: below 2 ulp.</summary>
    public static double Log1p(double x)
    {
        double sum = 1.0 + x;
        long bits = BitConverter.DoubleToInt64Bits(sum);
        int exponent = Exponent(bits);

        // What the sum has lost, scaled as the fraction is.
        double lost = (x - (sum - 1.0)) * Power2Of64(exponent < 1022 ? -exponent : -1022);
        double fraction = BitConverter.Int64BitsToDouble(bits - ((long)exponent << 52)) - 1.0 + lost;
        double value = LogEdges(sum, x, LogOf(fraction, exponent));
        return x == 0.0 ? x : value;
    }

    /// <summary>The square root, correctly rounded.</summary>
    public static double Sqrt(double x) => Math.Sqrt(x);

    /// <summary>tanh(x): below 4 ulp.</summary>
    public static double Tanh(double x)
    {
        double e = Expm1(-2.0 * Size(x));
        return WithSign(-e / (e + 2.0), x);
    }

    /// <summary>1 / (1 + exp(-x)): below 4 ulp.</summary>
    public static double Sigmoid(double x)
    {
        double e = Exp(-Size(x));
        return (x < 0.0 ? e : 1.0) / (1.0 + e);
    }

    /// <summary>log(1 + exp(x)) without overflow: below 4 ulp.</summary>
    public static double Softplus(double x) => (x < 0.0 ? 0.0 : x) + Log1p(Exp(-Size(x)));

    /// <summary>
    /// The error function: below 8 ulp. Below 3 by the series 2/√π·exp(-x²)·Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, whose terms are all positive;
    /// above by the continued fraction of its complement (Abramowitz and Stegun 7.1.6, 7.1.14).
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Erf(double x)
    {
        double size = Size(x);
        if (!(size > 0.0)) return x;
        if (size > 6.0) return WithSign(1.0, x);
        double bell = Exp(-size * size), value;
        if (size < 3.0)
        {
            double term = size, sum = size;
            for (int n = 1; term > 1e-18 * sum; n++)
            {
                term *= 2.0 * size * size / (2 * n + 1);
                sum += term;
            }

            value = 1.1283791670955126 * bell * sum;
        }
        else
        {
            double fraction = 0.0;
            for (int k = 60; k > 0; k--) fraction = k / 2.0 / (size + fraction);
            value = 1.0 - bell * 0.5641895835477563 / (size + fraction);
        }

        return WithSign(value, x);
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static double Sign(double x)
    {
        double sign = x > 0.0 ? 1.0 : x;
        sign = x < 0.0 ? -1.0 : sign;
        return x == 0.0 ? 0.0 : sign;
    }

    /// <summary>The largest whole number that is not above x.</summary>
    public static double Floor(double x) => Math.Floor(x);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static double PowerInteger(double x, int n)
    {
        double power = 1.0;
        for (uint left = (uint)(n < 0 ? -n : n); left > 0; left >>= 1)
        {
            if ((left & 1) != 0) power *= x;
            x *= x;
        }

        return n < 0 ? 1.0 / power : power;
    }

    /// <summary>The smaller one; NaN if one is NaN; -0 is below 0.</summary>
    public static double Min(double a, double b)
    {
        double value = a < b ? a : b;
        if (a == b) value = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) | BitConverter.DoubleToInt64Bits(b));
        return double.IsNaN(a) ? a : value;
    }

    /// <summary>The larger one; NaN if one is NaN; -0 is below 0.</summary>
    public static double Max(double a, double b)
    {
        double value = a > b ? a : b;
        if (a == b) value = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) & BitConverter.DoubleToInt64Bits(b));
        return double.IsNaN(a) ? a : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Size(double x) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) & long.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double WithSign(double size, double sign) =>
        BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(size) | (BitConverter.DoubleToInt64Bits(sign) & long.MinValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Clamp(double x, double low, double high)
    {
        double above = x < low ? low : x;
        return above > high ? high : above;
    }

    /// <summary>x - n·log(2), with log(2) in two parts, the first of which has 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Rest(double x, double n) => x - n * 6.93147180369123816490e-01 - n * 1.90821492927058770002e-10;

    /// <summary>exp(r) - 1 for |r| up to log(2)/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Expm1Near(double r)
    {
        double p = 2.092365517315609e-09;
        p = p * r + 2.5106724818739614e-08;
        p = p * r + 2.755724583706951e-07;
        p = p * r + 2.7557245014218254e-06;
        p = p * r + 2.480158735021919e-05;
        p = p * r + 0.00019841269886170925;
        p = p * r + 0.0013888888888878596;
        p = p * r + 0.00833333333332148;
        p = p * r + 0.04166666666666667;
        p = p * r + 0.16666666666666677;
        p = p * r + 0.5;
        return p * r * r + r;
    }

    /// <summary>value·2^n in two factors, each of which is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Scale(double value, double n)
    {
        int whole = (int)n, half = whole >> 1;
        return value * Power2Of64(half) * Power2Of64(whole - half);
    }

    /// <summary>2^n for a whole n from -1022 to 1023.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Power2Of64(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);

    /// <summary>The exponent of the power of 2 that leaves a fraction from √½ to √2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Exponent(long bits) => (int)((bits - 0x3FE6A09E667F3BCD) >> 52);

    /// <summary>log(1 + f) + k·log(2) for 1 + f from √½ to √2 (after fdlibm's log).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double LogOf(double f, double k)
    {
        double s = f / (f + 2.0), z = s * s;
        double p = 1.479819860511658591e-01;
        p = p * z + 1.531383769920937332e-01;
        p = p * z + 1.818357216161805012e-01;
        p = p * z + 2.222219843214978396e-01;
        p = p * z + 2.857142874366239149e-01;
        p = p * z + 3.999999999940941908e-01;
        p = p * z + 6.666666666666735130e-01;
        double half = f * f * 0.5;
        double rest = s * (p * z + half) + k * 1.90821492927058770002e-10;
        return k * 6.93147180369123816490e-01 + (f - (half - rest));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double LogEdges(double x, double whole, double value)
    {
        value = x == double.PositiveInfinity ? whole : value;
        value = x == 0.0 ? double.NegativeInfinity : value;
        return x >= 0.0 ? value : double.NaN;
    }
}
