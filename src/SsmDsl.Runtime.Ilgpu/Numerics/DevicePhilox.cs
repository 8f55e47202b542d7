namespace SsmDsl.Ilgpu.Numerics;

/// <summary>The draws of <see cref="SsmDsl.Numerics.Philox"/>, for kernels: the same bits.</summary>
public static class DevicePhilox
{
    /// <summary>Uniform in [0, 1): the top 24 bits of the first word.</summary>
    public static float Uniform(ulong position, uint sequence, uint path, ulong key) =>
        (int)(FirstWord((uint)position, (uint)(position >> 32), sequence, path, (uint)key, (uint)(key >> 32)) >> 8) * (1f / (1 << 24));

    private static uint FirstWord(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            uint next0 = (uint)(p1 >> 32) ^ c1 ^ k0, next2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint)p1;
            c3 = (uint)p0;
            c0 = next0;
            c2 = next2;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return c0;
    }
}
