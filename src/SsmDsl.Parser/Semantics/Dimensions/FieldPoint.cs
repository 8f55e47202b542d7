using System.Numerics;

namespace SsmDsl.Semantics;

/// <summary>
/// Arithmetic modulo the prime 2^31 - 1, in which dimensions are evaluated to hash them: what is equal as a quotient of
/// polynomials has the same value at a fixed point, however it is written.
/// </summary>
internal static class FieldPoint
{
    public const uint Prime = 0x7FFFFFFF;

    public static uint OfText(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text) hash = (hash ^ c) * 16777619;
        return Mix(hash);
    }

    public static uint OfFunction(int kind, uint left, uint right) =>
        // symmetric in its arguments, as min and max are
        Mix((uint)kind * 0x9E3779B9 ^ Mix(left) + Mix(right) ^ Mix(left ^ right));

    public static uint Of(BigInteger value)
    {
        int rest = (int)(value % (int)Prime);
        return rest < 0 ? (uint)rest + Prime : (uint)rest;
    }

    public static uint Add(uint a, uint b) => (uint)(((ulong)a + b) % Prime);

    public static uint Multiply(uint a, uint b) => (uint)((ulong)a * b % Prime);

    public static uint Power(uint a, uint exponent)
    {
        uint result = 1;
        for (; exponent != 0; exponent >>= 1, a = Multiply(a, a))
        {
            if ((exponent & 1) != 0) result = Multiply(result, a);
        }
        return result;
    }

    public static uint Divide(uint a, uint b) => Multiply(a, Power(b, Prime - 2));

    /// <summary>Scatters the bits; above 1, so that no atom's point is special.</summary>
    private static uint Mix(uint x)
    {
        x = (x ^ x >> 16) * 0x7FEB352D;
        x = (x ^ x >> 15) * 0x846CA68B;
        return (x ^ x >> 16) % (Prime - 2) + 2;
    }
}
