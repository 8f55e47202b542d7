namespace SsmDsl.Ilgpu.Numerics;

/// <summary>Operations on ints as the language has them: 32 bits, wrapping, and never an exception.</summary>
public static class DeviceIntegers
{
    /// <summary>Rounds down; 0 for a divisor of 0.</summary>
    public static int Div(int a, int b)
    {
        // The quotient of the smallest int by -1 is none.
        int divisor = b == 0 ? 1 : b;
        divisor = b == -1 ? 1 : divisor;
        int quotient = a / divisor;
        int below = (a ^ b) < 0 ? 1 : 0;
        quotient -= quotient * divisor != a ? below : 0;
        quotient = b == -1 ? unchecked(-a) : quotient;
        return b == 0 ? 0 : quotient;
    }

    /// <summary>a - b * Div(a, b): never negative for a divisor above 0; 0 for a divisor of 0.</summary>
    public static int Mod(int a, int b) => b == 0 ? 0 : unchecked(a - b * Div(a, b));

    /// <summary>|a|; the smallest int stays itself.</summary>
    public static int Abs(int a) => unchecked(a < 0 ? -a : a);

    /// <summary>-1, 0 or 1.</summary>
    public static int Sign(int a) => (a >> 31) | (a > 0 ? 1 : 0);

    /// <summary>The smaller one.</summary>
    public static int Min(int a, int b) => a < b ? a : b;

    /// <summary>The larger one.</summary>
    public static int Max(int a, int b) => a > b ? a : b;

    /// <summary>a^n by repeated squaring; 0 for a negative exponent, but 1^n and (-1)^n.</summary>
    public static int PowerInteger(int a, int n)
    {
        if (n < 0) return a == 1 ? 1 : a != -1 ? 0 : (n & 1) == 0 ? 1 : -1;
        int power = 1;
        for (int left = n; left > 0; left >>= 1)
        {
            if ((left & 1) != 0) power = unchecked(power * a);
            a = unchecked(a * a);
        }

        return power;
    }

    /// <summary>Of positions: a / b rounded down, for b above 0.</summary>
    public static int FloorDivide(int a, int b) => (a >= 0 ? a : a - b + 1) / b;

    /// <summary>Of positions: a / b rounded up, for b above 0.</summary>
    public static int Ceiling(int a, int b) => -FloorDivide(-a, b);

    /// <summary>Of positions: the remainder in 0 … b-1, for b above 0.</summary>
    public static int Modulo(int a, int b)
    {
        int rest = a % b;
        return rest < 0 ? rest + b : rest;
    }
}
