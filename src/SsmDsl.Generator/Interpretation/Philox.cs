namespace SsmDsl.Interpretation;

/// <summary>Philox4x32-10 (Salmon et al., SC 2011), written apart from the runtime's so that one can check the other.</summary>
internal static class Philox
{
    public static uint[] Words(uint c0, uint c1, uint c2, uint c3, ulong key)
    {
        uint[] counter = [c0, c1, c2, c3];
        uint low = (uint)key, high = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong first = 3528531795UL * counter[0], second = 3449720151UL * counter[2];
            counter = [(uint)(second >> 32) ^ counter[1] ^ low, (uint)second, (uint)(first >> 32) ^ counter[3] ^ high, (uint)first];
            low = unchecked(low + 2654435769u);
            high = unchecked(high + 3144134277u);
        }

        return counter;
    }

    public static ulong RunKey(ulong seed, ulong step)
    {
        uint[] words = Words((uint)step, (uint)(step >> 32), 0x53736D44, 0, seed);
        return words[0] | ((ulong)words[1] << 32);
    }

    public static double Open53(uint low, uint high) => (((((ulong)high << 32) | low) >> 11) + 0.5) / 9007199254740992.0;

    /// <summary>FNV-1a, 32 bits.</summary>
    public static uint Hash(byte[] bytes)
    {
        uint hash = 2166136261;
        foreach (byte value in bytes) hash = unchecked((hash ^ value) * 16777619);
        return hash;
    }
}
