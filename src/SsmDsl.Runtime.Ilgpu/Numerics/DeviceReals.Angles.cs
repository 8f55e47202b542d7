using System.Runtime.CompilerServices;

namespace SsmDsl.Ilgpu.Numerics;

/// <content>Sine and cosine.</content>
public static partial class DeviceReals
{
    /// <summary>sin(x): error below 1.3e-7 of 1, of all float32.</summary>
    public static float Sin(float x)
    {
        if (!(Size(x) <= 8192f)) return (float)FarSine(x, 0);
        return x == 0f ? x : Turn(x, 0);
    }

    /// <summary>cos(x): error below 1.3e-7 of 1, of all float32.</summary>
    public static float Cos(float x)
    {
        if (!(Size(x) <= 8192f)) return (float)FarSine(x, 1);
        return Turn(x, 1);
    }

    /// <summary>sin(x): error below 1.2e-16 of 1 up to 500,000, below 2.5e-16 beyond.</summary>
    public static double Sin(double x)
    {
        if (!(Size(x) <= 500_000.0)) return FarSine(x, 0);
        return x == 0.0 ? x : Turn(x, 0);
    }

    /// <summary>cos(x): error below 1.2e-16 of 1 up to 500,000, below 2.5e-16 beyond.</summary>
    public static double Cos(double x)
    {
        if (!(Size(x) <= 500_000.0)) return FarSine(x, 1);
        return Turn(x, 1);
    }

    /// <summary>sin(x + quarters·π/2) for |x| up to 8192 (after Cephes' sinf, π/2 in three parts).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Turn(float x, int quarters)
    {
        float n = x * 0.636619772f + Whole - Whole;
        float r = x - n * 1.5703125f - n * 4.837512969970703125e-4f - n * 7.54978995489188216e-8f;
        int quadrant = (int)n + quarters;
        float square = r * r;
        float sine = -0.00019518790941219777f;
        sine = sine * square + 0.008332191966474056f;
        sine = sine * square + -0.16666655242443085f;
        sine = sine * square * r + r;
        float cosine = 2.4430670237052254e-05f;
        cosine = cosine * square + -0.00138873013202101f;
        cosine = cosine * square + 0.04166664555668831f;
        cosine = cosine * square * square + (square * -0.5f + 1f);
        float value = (quadrant & 1) != 0 ? cosine : sine;
        return (quadrant & 2) != 0 ? -value : value;
    }

    /// <summary>sin(x + quarters·π/2) for |x| up to 500,000 (after fdlibm's sin, π/2 in parts of 33 bits).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Turn(double x, int quarters)
    {
        double n = x * 0.63661977236758134308 + Whole64 - Whole64;
        double first = x - n * 1.57079632673412561417e+00;
        double second = n * 6.07710050630396597660e-11;
        double r = first - second;
        r += first - r - second - n * 2.02226624879595063154e-21;
        return Sine(r, (int)n + quarters);
    }

    /// <summary>sin(r + quadrant·π/2) for |r| up to π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sine(double r, int quadrant)
    {
        double square = r * r;
        double sine = 1.58969099521155010221e-10;
        sine = sine * square + -2.50507602534068634195e-08;
        sine = sine * square + 2.75573137070700676789e-06;
        sine = sine * square + -1.98412698298579493134e-04;
        sine = sine * square + 8.33333333332248946124e-03;
        sine = sine * square + -1.66666666666666324348e-01;
        sine = sine * square * r + r;
        double cosine = -1.13596475577881948265e-11;
        cosine = cosine * square + 2.08757232129817482790e-09;
        cosine = cosine * square + -2.75573143513906633035e-07;
        cosine = cosine * square + 2.48015872894767294178e-05;
        cosine = cosine * square + -1.38888888888741095749e-03;
        cosine = cosine * square + 4.16666666666666019037e-02;
        cosine = cosine * square * square + (square * -0.5 + 1.0);
        double value = (quadrant & 1) != 0 ? cosine : sine;
        return (quadrant & 2) != 0 ? -value : value;
    }

    /// <summary>
    /// sin(x + quarters·π/2) for large x, by the product with the bits of 2/π that matter (Payne and Hanek 1983): x is m·2^k
    /// with a whole m of 53 bits, and what 2/π has in front of its bit k - 2 gives whole turns only.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double FarSine(double x, int quarters)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) & 0x7FF;
        if (exponent == 0x7FF) return double.NaN;
        ulong m = ((ulong)bits & 0xFFFFFFFFFFFFFUL) | 0x10000000000000UL;
        uint low = (uint)m, high = (uint)(m >> 32);
        int start = exponent - 1075 - 2;

        // The product's last 192 bits, of which the first two count quarter turns.
        int first = start >> 5, shift = start & 31;
        uint b0 = TwoOverPi(first), b1 = TwoOverPi(first + 1), b2 = TwoOverPi(first + 2), b3 = TwoOverPi(first + 3);
        uint b4 = TwoOverPi(first + 4), b5 = TwoOverPi(first + 5), b6 = TwoOverPi(first + 6);
        uint w0 = Window(b0, b1, shift), w1 = Window(b1, b2, shift), w2 = Window(b2, b3, shift);
        uint w3 = Window(b3, b4, shift), w4 = Window(b4, b5, shift), w5 = Window(b5, b6, shift);
        ulong sum = (ulong)low * w5;
        sum = (ulong)low * w4 + (sum >> 32);
        ulong r1 = (uint)sum;
        sum = (ulong)low * w3 + (sum >> 32);
        ulong r2 = (uint)sum;
        sum = (ulong)low * w2 + (sum >> 32);
        ulong r3 = (uint)sum;
        sum = (ulong)low * w1 + (sum >> 32);
        ulong r4 = (uint)sum;
        sum = (ulong)low * w0 + (sum >> 32);
        ulong r5 = (uint)sum;

        sum = (ulong)high * w5 + r1;
        sum = (ulong)high * w4 + r2 + (sum >> 32);
        r2 = (uint)sum;
        sum = (ulong)high * w3 + r3 + (sum >> 32);
        r3 = (uint)sum;
        sum = (ulong)high * w2 + r4 + (sum >> 32);
        r4 = (uint)sum;
        sum = (ulong)high * w1 + r5 + (sum >> 32);
        r5 = (uint)sum;

        int quadrant = (int)(r5 >> 30);
        ulong fraction = (r5 << 34) | (r4 << 2) | (r3 >> 30);
        ulong rest = ((r3 << 2) | (r2 >> 30)) & 0xFFFFFFFFUL;

        // From -½ to ½ of a quarter turn.
        quadrant += (int)(fraction >> 63);
        double turn = (long)fraction * 5.421010862427522e-20 + (long)rest * 1.2621774483536189e-29;
        double r = turn * 1.5707963267948966;
        if (bits < 0) return Sine(-r, -quadrant + quarters);
        return Sine(r, quadrant + quarters);
    }

    /// <summary>32 bits of two words, from bit <paramref name="shift"/> of the first one on.</summary>
    private static uint Window(uint first, uint second, int shift) => (uint)(((((ulong)first << 32) | second) << shift) >> 32);

    /// <summary>The bits of 2/π after the point, 32 in a word; none before it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint TwoOverPi(int word)
    {
        switch (word)
        {
            case 0: return 0xA2F9836E;
            case 1: return 0x4E441529;
            case 2: return 0xFC2757D1;
            case 3: return 0xF534DDC0;
            case 4: return 0xDB629599;
            case 5: return 0x3C439041;
            case 6: return 0xFE5163AB;
            case 7: return 0xDEBBC561;
            case 8: return 0xB7246E3A;
            case 9: return 0x424DD2E0;
            case 10: return 0x06492EEA;
            case 11: return 0x09D1921C;
            case 12: return 0xFE1DEB1C;
            case 13: return 0xB129A73E;
            case 14: return 0xE88235F5;
            case 15: return 0x2EBB4484;
            case 16: return 0xE99C7026;
            case 17: return 0xB45F7E41;
            case 18: return 0x3991D639;
            case 19: return 0x835339F4;
            case 20: return 0x9C845F8B;
            case 21: return 0xBDF9283B;
            case 22: return 0x1FF897FF;
            case 23: return 0xDE05980F;
            case 24: return 0xEF2F118B;
            case 25: return 0x5A0A6D1F;
            case 26: return 0x6D367ECF;
            case 27: return 0x27CB09B7;
            case 28: return 0x4F463F66;
            case 29: return 0x9E5FEA2D;
            case 30: return 0x7527BAC7;
            case 31: return 0xEBE5F17B;
            case 32: return 0x3D0739F7;
            case 33: return 0x8A5292EA;
            case 34: return 0x6BFB5FB1;
            case 35: return 0x1F8D5D08;
            case 36: return 0x56033046;
            case 37: return 0xFC7B6BAB;
            default: return 0;
        }
    }
}
