using System.Runtime.CompilerServices;

namespace SsmDsl.Ilgpu.Numerics;

/// <content>Powers and angles of two numbers, in double.</content>
public static partial class DeviceReals
{
    /// <summary>x^y as IEEE 754 has it: below 2 ulp, 4 where the result is denormal.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Power(double x, double y)
    {
        if (y == 0.0 || x == 1.0) return 1.0;
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        double size = Size(x);

        // Doubles from 2^53 on are even.
        bool isWhole = Math.Floor(y) == y, isOdd = isWhole && Size(y) < 9007199254740992.0 && Math.Floor(y * 0.5) != y * 0.5;
        bool isNegative = BitConverter.DoubleToInt64Bits(x) < 0;
        if (size == 0.0 || size == double.PositiveInfinity)
        {
            double end = (size == 0.0) == (y < 0.0) ? double.PositiveInfinity : 0.0;
            return isNegative && isOdd ? -end : end;
        }

        if (Size(y) == double.PositiveInfinity) return size == 1.0 ? 1.0 : (size > 1.0) == (y > 0.0) ? double.PositiveInfinity : 0.0;
        if (isNegative && !isWhole) return double.NaN;
        double value = PositivePower(size, y);
        return isNegative && isOdd ? -value : value;
    }

    /// <summary>The angle of (x, y), from -π to π: below 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Atan2(double y, double x)
    {
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        double tall = Size(y), wide = Size(x), angle;
        if (tall == 0.0) angle = 0.0;
        else if (tall == wide) angle = 0.78539816339744828;
        else if (tall < wide) angle = Arctangent(tall / wide);

        // π/2 less the angle from the other axis, π/2 in two parts.
        else angle = 1.5707963267948966 - (Arctangent(wide / tall) - 6.123233995736766e-17);
        if (BitConverter.DoubleToInt64Bits(x) < 0) angle = 3.141592653589793 - (angle - 1.2246467991473532e-16);
        return WithSign(angle, y);
    }

    /// <summary>exp(y·log(x)) for finite x above 0, the product carried in two doubles.</summary>
    private static double PositivePower(double x, double y)
    {
        bool isTiny = x < 2.2250738585072014e-308;
        long bits = BitConverter.DoubleToInt64Bits(isTiny ? x * 4503599627370496.0 : x);
        int exponent = Exponent(bits);
        double f = BitConverter.Int64BitsToDouble(bits - ((long)exponent << 52)) - 1.0;
        double k = isTiny ? exponent - 52 : exponent;

        // log(1 + f) = 2·s + ⅔·s³ + ⅖·s⁵ + … with s = f / (2 + f); s, its cube and the sum in two doubles.
        double below = f + 2.0, belowRest = f - (below - 2.0);
        double s = f / below;
        double product = s * below;
        double sRest = (f - product - ProductRest(s, below, product) - s * belowRest) / below;
        double z = s * s, zRest = ProductRest(s, s, z) + 2.0 * s * sRest;
        double third = z * 0.6666666666666666, thirdRest = ProductRest(z, 0.6666666666666666, third) + zRest * 0.6666666666666666 + z * 3.700743415417188e-17;
        double p = 2.0 / 27.0;
        p = p * z + 2.0 / 25.0;
        p = p * z + 2.0 / 23.0;
        p = p * z + 2.0 / 21.0;
        p = p * z + 2.0 / 19.0;
        p = p * z + 2.0 / 17.0;
        p = p * z + 2.0 / 15.0;
        p = p * z + 2.0 / 13.0;
        p = p * z + 2.0 / 11.0;
        p = p * z + 2.0 / 9.0;
        p = p * z + 2.0 / 7.0;
        p = p * z + 2.0 / 5.0;
        thirdRest += p * z * z;
        double cubic = s * third, cubicRest = ProductRest(s, third, cubic) + s * thirdRest + sRest * third;
        double kLog = k * 6.93147180369123816490e-01;
        double twice = 2.0 * s;
        double high = kLog + twice, rest = SumRest(kLog, twice, high);
        double log = high + cubic;
        rest += SumRest(high, cubic, log) + cubicRest + 2.0 * sRest + k * 1.90821492927058770002e-10;

        double whole = log + rest, wholeRest = rest - (whole - log);
        double exponentOf = y * whole;
        if (exponentOf > 710.0) return double.PositiveInfinity;
        if (exponentOf < -746.0) return 0.0;
        double exponentRest = ProductRest(y, whole, exponentOf) + y * wholeRest;
        double n = exponentOf * Log2E64 + Whole64 - Whole64;
        double r = exponentOf - n * 6.93147180369123816490e-01;
        double lower = exponentRest - n * 1.90821492927058770002e-10;
        double near = r + lower;
        double value = Expm1Near(near);
        return Scale(1.0 + (value + (lower - (near - r)) * (1.0 + value)), n);
    }

    /// <summary>a·b - product, exactly but for the last bits, where product is a·b rounded (Dekker 1971), without multiplying and adding in one rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ProductRest(double a, double b, double product)
    {
        // Halves of 26 bits by their bits: the usual product with 2^27 + 1 fails where a device contracts it.
        double aHigh = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) & -0x8000000L), aLow = a - aHigh;
        double bHigh = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(b) & -0x8000000L), bLow = b - bHigh;
        return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
    }

    /// <summary>a + b - sum, exactly, where sum is a + b rounded (Knuth).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double SumRest(double a, double b, double sum)
    {
        double second = sum - a;
        return a - (sum - second) + (b - second);
    }

    /// <summary>atan(x) for x from 0 to 1 (after fdlibm's atan).</summary>
    private static double Arctangent(double x)
    {
        double high = 0.0, low = 0.0;
        if (x >= 0.6875)
        {
            (high, low) = (7.85398163397448278999e-01, 3.06161699786838301793e-17);
            x = (x - 1.0) / (x + 1.0);
        }
        else if (x >= 0.4375)
        {
            (high, low) = (4.63647609000806093515e-01, 2.26987774529616870924e-17);
            x = (2.0 * x - 1.0) / (2.0 + x);
        }

        double z = x * x;
        double p = 1.62858201153657823623e-02;
        p = p * z + -3.65315727442169155270e-02;
        p = p * z + 4.97687799461593236017e-02;
        p = p * z + -5.83357013379057348645e-02;
        p = p * z + 6.66107313738753120669e-02;
        p = p * z + -7.69187620504482999495e-02;
        p = p * z + 9.09088713343650656196e-02;
        p = p * z + -1.11111104054623557880e-01;
        p = p * z + 1.42857142725034663711e-01;
        p = p * z + -1.99999999998764832476e-01;
        p = p * z + 3.33333333333329318027e-01;
        return high - (x * (z * p) - low - x);
    }
}
