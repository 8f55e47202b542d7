namespace SsmDsl.Numerics;

/// <summary>Operations on ints as the language has them: 32 bits, wrapping, and never an exception.</summary>
public static class Integers
{
    /// <summary>Rounds down; 0 for a divisor of 0.</summary>
    public static int Div(int a, int b)
    {
        if (b == 0) return 0;
        long quotient = (long)a / b;
        return unchecked((int)((long)a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient));
    }

    /// <summary>a - b * Div(a, b): never negative for a divisor above 0; 0 for a divisor of 0.</summary>
    public static int Mod(int a, int b) => unchecked(b == 0 ? 0 : a - b * Div(a, b));

    public static int Abs(int a) => unchecked(a < 0 ? -a : a);

    public static int Sign(int a) => a > 0 ? 1 : a < 0 ? -1 : 0;

    /// <summary>a^n by repeated squaring; 0 for a negative exponent, but 1^n and (-1)^n.</summary>
    public static int PowerInteger(int a, int n)
    {
        if (n < 0) return a == 1 ? 1 : a == -1 ? ((n & 1) == 0 ? 1 : -1) : 0;
        int power = 1;
        for (int left = n; left > 0; left >>= 1, a = unchecked(a * a))
            if ((left & 1) != 0) power = unchecked(power * a);
        return power;
    }
}
