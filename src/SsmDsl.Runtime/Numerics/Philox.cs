namespace SsmDsl.Numerics;

/// <summary>
/// The counter-based generator Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
/// </summary>
public static class Philox
{
    /// <summary>The four words for a counter and a key.</summary>
    public static (uint, uint, uint, uint) Words(uint c0, uint c1, uint c2, uint c3, ulong key)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>The key of a run: the first two words for the counter (step, 0x53736D44, 0) under the seed.</summary>
    public static ulong RunKey(ulong seed, ulong step)
    {
        (uint w0, uint w1, _, _) = Words((uint)step, (uint)(step >> 32), 0x53736D44, 0, seed);
        return w0 | ((ulong)w1 << 32);
    }

    /// <summary>Uniform in [0, 1): the top 24 bits of the first word.</summary>
    public static float Uniform(ulong position, uint sequence, uint path, ulong key) =>
        (Words((uint)position, (uint)(position >> 32), sequence, path, key).Item1 >> 8) * (1f / (1 << 24));

    /// <summary>Uniform in the open interval (0, 1), 53 bits; for initialisers.</summary>
    public static double InitialUniform(ulong position, uint path, ulong key)
    {
        (uint w0, uint w1, _, _) = Words((uint)position, (uint)(position >> 32), 0, path, key);
        return Open53(w0, w1);
    }

    /// <summary>Standard normal by Box and Muller; for initialisers.</summary>
    public static double InitialNormal(ulong position, uint path, ulong key)
    {
        (uint w0, uint w1, uint w2, uint w3) = Words((uint)position, (uint)(position >> 32), 0, path, key);
        return Math.Sqrt(-2 * Math.Log(Open53(w0, w1))) * Math.Cos(2 * Math.PI * Open53(w2, w3));
    }

    private static double Open53(uint low, uint high) => ((((ulong)high << 32 | low) >> 11) + 0.5) * (1.0 / (1UL << 53));
}
