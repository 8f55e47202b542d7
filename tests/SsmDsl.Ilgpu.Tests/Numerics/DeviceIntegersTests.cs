using SsmDsl.Ilgpu.Numerics;
using SsmDsl.Numerics;

namespace SsmDsl.Ilgpu.Tests.Numerics;

public sealed class DeviceIntegersTests
{
    private static readonly int[] Values = [0, 1, -1, 2, -2, 3, -3, 7, -7, 10, 31, 32, 100, -100, 46341, int.MaxValue, int.MinValue, int.MinValue + 1];

    [Fact]
    public void Operations_are_those_of_the_language()
    {
        foreach (int a in Values)
        {
            Assert.Equal(Integers.Abs(a), DeviceIntegers.Abs(a));
            Assert.Equal(Integers.Sign(a), DeviceIntegers.Sign(a));
            foreach (int b in Values)
            {
                Assert.Equal(Integers.Div(a, b), DeviceIntegers.Div(a, b));
                Assert.Equal(Integers.Mod(a, b), DeviceIntegers.Mod(a, b));
                Assert.Equal(Integers.PowerInteger(a, b), DeviceIntegers.PowerInteger(a, b));
                Assert.Equal(Math.Min(a, b), DeviceIntegers.Min(a, b));
                Assert.Equal(Math.Max(a, b), DeviceIntegers.Max(a, b));
                if (b <= 0 || Math.Abs((long)a) > 1 << 30 || b > 1 << 30) continue;
                Assert.Equal(Positions.FloorDivide(a, b), DeviceIntegers.FloorDivide(a, b));
                Assert.Equal(Positions.Ceiling(a, b), DeviceIntegers.Ceiling(a, b));
                Assert.Equal(Positions.Modulo(a, b), DeviceIntegers.Modulo(a, b));
            }
        }
    }

    [Fact]
    public void Draws_have_the_same_bits()
    {
        var random = new Random(5);
        for (int i = 0; i < 1000; i++)
        {
            ulong position = (ulong)random.NextInt64(), key = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            uint sequence = (uint)random.Next(), path = (uint)random.NextInt64(uint.MaxValue);
            Assert.Equal(Philox.Uniform(position, sequence, path, key), DevicePhilox.Uniform(position, sequence, path, key));
        }
    }
}
