using System.Runtime.CompilerServices;

namespace SsmDsl.Ilgpu.Numerics;

/// <summary>
/// Scalar functions of the language for kernels, in both precisions: straight-line code of operations that every device rounds
/// alike. Bounds hold whether or not a device's assembler multiplies and adds in one rounding; they are tested on the host,
/// where it does not.
/// </summary>
/// <remarks>
/// Choices are written one after the other, not within each other: then they become selections and no branches.
/// Nothing here is a function of ILGPU's: its tanh is NaN for large arguments, its exp, log and pow need a library, and the
/// maximum of PTX forgets NaN.
/// </remarks>
public static partial class DeviceReals
{
    private const float Log2E = 1.44269504f;

    // Adding it leaves a whole number in the low bits of a float of up to 22 bits.
    private const float Whole = 12582912f;

    /// <summary>2^x: relative error below 1.75e-7 (3 ulp), exact at 0.</summary>
    public static float Exp2(float x)
    {
        float bounded = Clamp(x, -151f, 129f);
        float n = bounded + Whole - Whole;
        float r = (bounded - n) * 0.693147181f;
        return Scale(1f + Expm1Near(r), n);
    }

    /// <summary>exp(x): relative error below 1.75e-7 (3 ulp), exact at 0.</summary>
    public static float Exp(float x)
    {
        float bounded = Clamp(x, -105f, 89f);
        float n = bounded * Log2E + Whole - Whole;
        return Scale(1f + Expm1Near(Rest(bounded, n)), n);
    }

    /// <summary>exp(x) - 1: relative error below 2.4e-7 (4 ulp).</summary>
    public static float Expm1(float x)
    {
        float bounded = Clamp(x, -20f, 89f);
        float n = bounded * Log2E + Whole - Whole;
        float p = Expm1Near(Rest(bounded, n));

        // With the half of 2^n, which is finite where 2^n is not.
        float half = Power2((int)n - 1);
        float value = half * p + (half - 0.5f);
        return Size(x) < 5e-8f ? x : value + value;
    }

    /// <summary>log(x), all of float32 with its denormals: relative error below 1.2e-7 (2 ulp). -infinity at 0, NaN below.</summary>
    public static float Log(float x)
    {
        bool isTiny = x < 1.17549435e-38f;
        float scaled = isTiny ? x * 8388608f : x;
        int bits = BitConverter.SingleToInt32Bits(scaled);
        int exponent = (bits - 0x3F3504F3) >> 23;
        float fraction = BitConverter.Int32BitsToSingle(bits - (exponent << 23)) - 1f;
        return LogEdges(x, x, LogOf(fraction, isTiny ? exponent - 23 : exponent));
    }

    /// <summary>log(1 + x), accurate near 0: relative error below 1.8e-7 (3 ulp).</summary>
    public static float Log1p(float x)
    {
        float sum = 1f + x;
        int bits = BitConverter.SingleToInt32Bits(sum);
        int exponent = (bits - 0x3F3504F3) >> 23;
        int shift = exponent << 23;

        // What the sum has lost, scaled as the fraction is.
        int scale = (127 << 23) - shift;
        float lost = (x - (sum - 1f)) * BitConverter.Int32BitsToSingle(scale > 0 ? scale : 0);
        float fraction = BitConverter.Int32BitsToSingle(bits - shift) - 1f + lost;
        float value = LogEdges(sum, x, LogOf(fraction, exponent));
        return x == 0f ? x : value;
    }

    /// <summary>The square root, correctly rounded.</summary>
    public static float Sqrt(float x) => MathF.Sqrt(x);

    /// <summary>tanh(x): relative error below 3.6e-7 (6 ulp).</summary>
    public static float Tanh(float x)
    {
        float e = Expm1(-2f * Size(x));
        return WithSign(-e / (e + 2f), x);
    }

    /// <summary>1 / (1 + exp(-x)): relative error below 2.5e-7 (4 ulp).</summary>
    public static float Sigmoid(float x)
    {
        float e = Exp(-Size(x));
        return (x < 0f ? e : 1f) / (1f + e);
    }

    /// <summary>log(1 + exp(x)) without overflow: relative error below 3.6e-7 (6 ulp).</summary>
    public static float Softplus(float x) => (x < 0f ? 0f : x) + Log1p(Exp(-Size(x)));

    /// <summary>The error function: relative error below 3.6e-7 (6 ulp).</summary>
    public static float Erf(float x)
    {
        float size = Size(x), square = x * x;
        float p = -0.0005674119456671178f;
        p = p * square + 0.004929321352392435f;
        p = p * square + -0.026723099872469902f;
        p = p * square + 0.11280695348978043f;
        p = p * square + -0.37612417340278625f;
        p = p * square + 0.12837916612625122f;
        float near = p * x + x;

        // From 1 on, 1 - 2^q(|x|).
        float bounded = size > 4f ? 4f : size;
        float q = -0.001669395831413567f;
        q = q * bounded + 0.021396927535533905f;
        q = q * bounded + -0.12810827791690826f;
        q = q * bounded + -0.9438726902008057f;
        q = q * bounded + -1.6123839616775513f;
        q = q * bounded + -0.003779424587264657f;
        float far = WithSign(1f - Exp2(q), x);
        return size < 1f ? near : far;
    }

    /// <summary>-1, 0 or 1; NaN stays.</summary>
    public static float Sign(float x)
    {
        float sign = x > 0f ? 1f : x;
        sign = x < 0f ? -1f : sign;
        return x == 0f ? 0f : sign;
    }

    /// <summary>The largest whole number that is not above x.</summary>
    public static float Floor(float x) => MathF.Floor(x);

    /// <summary>x^y as IEEE 754 has it: within 1 ulp.</summary>
    public static float Power(float x, float y) => (float)Power((double)x, (double)y);

    /// <summary>The angle of (x, y), from -π to π: within 1 ulp.</summary>
    public static float Atan2(float y, float x) => (float)Atan2((double)y, (double)x);

    /// <summary>x^n by repeated squaring; 0^0 is 1.</summary>
    public static float PowerInteger(float x, int n)
    {
        float power = 1f;

        // -2^31 stays itself, which is right as an unsigned number.
        for (uint left = (uint)(n < 0 ? -n : n); left > 0; left >>= 1)
        {
            if ((left & 1) != 0) power *= x;
            x *= x;
        }

        return n < 0 ? 1f / power : power;
    }

    /// <summary>The smaller one; NaN if one is NaN; -0 is below 0.</summary>
    public static float Min(float a, float b)
    {
        float value = a < b ? a : b;
        if (a == b) value = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a) | BitConverter.SingleToInt32Bits(b));
        return float.IsNaN(a) ? a : value;
    }

    /// <summary>The larger one; NaN if one is NaN; -0 is below 0.</summary>
    public static float Max(float a, float b)
    {
        float value = a > b ? a : b;
        if (a == b) value = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a) & BitConverter.SingleToInt32Bits(b));
        return float.IsNaN(a) ? a : value;
    }

    /// <summary>|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Size(float x) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) & 0x7FFFFFFF);

    /// <summary>A value of no sign with that of another number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float WithSign(float size, float sign) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(size) | (BitConverter.SingleToInt32Bits(sign) & int.MinValue));

    /// <summary>NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Clamp(float x, float low, float high)
    {
        float above = x < low ? low : x;
        return above > high ? high : above;
    }

    /// <summary>x - n·log(2), with log(2) in two parts, the first of which has 9 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rest(float x, float n) => x - n * 0.693359375f + n * 2.12194440e-4f;

    /// <summary>exp(r) - 1 for |r| up to log(2)/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Expm1Near(float r)
    {
        float p = 0.0013918157201260328f;
        p = p * r + 0.008369197137653828f;
        p = p * r + 0.041666608303785324f;
        p = p * r + 0.1666652262210846f;
        p = p * r + 0.5f;
        return p * r * r + r;
    }

    /// <summary>value·2^n in two factors, each of which is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Scale(float value, float n)
    {
        int whole = (int)n, half = whole >> 1;
        return value * Power2(half) * Power2(whole - half);
    }

    /// <summary>2^n for a whole n from -126 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Power2(int n) => BitConverter.Int32BitsToSingle((n + 127) << 23);

    /// <summary>log(1 + f) + k·log(2) for 1 + f from √½ to √2 (after Cephes' logf).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LogOf(float f, float k)
    {
        float square = f * f;
        float p = 7.0376836292e-2f;
        p = p * f + -1.1514610310e-1f;
        p = p * f + 1.1676998740e-1f;
        p = p * f + -1.2420140846e-1f;
        p = p * f + 1.4249322787e-1f;
        p = p * f + -1.6668057665e-1f;
        p = p * f + 2.0000714765e-1f;
        p = p * f + -2.4999993993e-1f;
        p = p * f + 3.3333331174e-1f;
        float rest = p * (square * f) + k * -2.12194440e-4f;
        rest = square * -0.5f + rest;
        return k * 0.693359375f + (f + rest);
    }

    /// <summary>-infinity where <paramref name="x"/> is 0, <paramref name="whole"/> where that is infinite, NaN below 0 and for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LogEdges(float x, float whole, float value)
    {
        value = x == float.PositiveInfinity ? whole : value;
        value = x == 0f ? float.NegativeInfinity : value;
        return x >= 0f ? value : float.NaN;
    }
}
