using System.Runtime.Intrinsics;
using SsmDsl.Numerics;

namespace SsmDsl.Runtime.Tests.Numerics;

/// <summary>Memory under masks: the lanes of the mask and nothing else, in every width.</summary>
public sealed unsafe class LaneMemoryTests
{
    [Fact]
    public void Masked_floats_in_512_bits()
    {
        float[] memory = [.. Enumerable.Range(0, 200).Select(i => (float)(i + 1))];
        fixed (float* p = memory)
        {
            for (int m = 0; m < 64; m++)
            {
                Vector512<int> picked = default;
                for (int i = 0; i < 16; i++) picked = picked.WithElement(i, (m >> (i % 6) & 1) != 0 ? -1 : 0);
                (int back, int ahead) = m % 3 == 0 ? (2, 2) : (-7, 3);
                Vector512<float> mask = picked.AsSingle(), near = Lanes.Load(p + 3, mask), apart = Lanes.Gather(p + 150, back, mask);
                float[] beside = new float[40], spread = new float[200];
                fixed (float* b = beside, s = spread)
                {
                    Lanes.Store(near, b + 5, mask);
                    Lanes.Scatter(apart, s + 4, ahead, mask);
                }

                for (int i = 0; i < 16; i++)
                {
                    bool isOn = picked[i] != 0;
                    Assert.Equal(isOn ? memory[3 + i] : 0, near[i]);
                    Assert.Equal(isOn ? memory[150 + back * i] : 0, apart[i]);
                    Assert.Equal(near[i], beside[5 + i]);
                    Assert.Equal(apart[i], spread[4 + ahead * i]);
                }

                Assert.Equal(near.Equals(Vector512<float>.Zero) ? 0 : Enumerable.Range(0, 16).Count(i => picked[i] != 0), beside.Count(v => v != 0));
                Assert.Equal(Enumerable.Range(0, 16).Count(i => picked[i] != 0), spread.Count(v => v != 0));
            }
        }
    }

    [Fact]
    public void Masked_floats_in_256_bits()
    {
        float[] memory = [.. Enumerable.Range(0, 200).Select(i => (float)(i + 1))];
        fixed (float* p = memory)
        {
            for (int m = 0; m < 64; m++)
            {
                Vector256<int> picked = default;
                for (int i = 0; i < 8; i++) picked = picked.WithElement(i, (m >> (i % 6) & 1) != 0 ? -1 : 0);
                (int back, int ahead) = m % 3 == 0 ? (2, 2) : (-7, 3);
                Vector256<float> mask = picked.AsSingle(), near = Lanes.Load(p + 3, mask), apart = Lanes.Gather(p + 150, back, mask);
                float[] beside = new float[40], spread = new float[200];
                fixed (float* b = beside, s = spread)
                {
                    Lanes.Store(near, b + 5, mask);
                    Lanes.Scatter(apart, s + 4, ahead, mask);
                }

                for (int i = 0; i < 8; i++)
                {
                    bool isOn = picked[i] != 0;
                    Assert.Equal(isOn ? memory[3 + i] : 0, near[i]);
                    Assert.Equal(isOn ? memory[150 + back * i] : 0, apart[i]);
                    Assert.Equal(near[i], beside[5 + i]);
                    Assert.Equal(apart[i], spread[4 + ahead * i]);
                }

                Assert.Equal(near.Equals(Vector256<float>.Zero) ? 0 : Enumerable.Range(0, 8).Count(i => picked[i] != 0), beside.Count(v => v != 0));
                Assert.Equal(Enumerable.Range(0, 8).Count(i => picked[i] != 0), spread.Count(v => v != 0));
            }
        }
    }

    [Fact]
    public void Masked_floats_in_128_bits()
    {
        float[] memory = [.. Enumerable.Range(0, 200).Select(i => (float)(i + 1))];
        fixed (float* p = memory)
        {
            for (int m = 0; m < 64; m++)
            {
                Vector128<int> picked = default;
                for (int i = 0; i < 4; i++) picked = picked.WithElement(i, (m >> (i % 6) & 1) != 0 ? -1 : 0);
                (int back, int ahead) = m % 3 == 0 ? (2, 2) : (-7, 3);
                Vector128<float> mask = picked.AsSingle(), near = Lanes.Load(p + 3, mask), apart = Lanes.Gather(p + 150, back, mask);
                float[] beside = new float[40], spread = new float[200];
                fixed (float* b = beside, s = spread)
                {
                    Lanes.Store(near, b + 5, mask);
                    Lanes.Scatter(apart, s + 4, ahead, mask);
                }

                for (int i = 0; i < 4; i++)
                {
                    bool isOn = picked[i] != 0;
                    Assert.Equal(isOn ? memory[3 + i] : 0, near[i]);
                    Assert.Equal(isOn ? memory[150 + back * i] : 0, apart[i]);
                    Assert.Equal(near[i], beside[5 + i]);
                    Assert.Equal(apart[i], spread[4 + ahead * i]);
                }

                Assert.Equal(near.Equals(Vector128<float>.Zero) ? 0 : Enumerable.Range(0, 4).Count(i => picked[i] != 0), beside.Count(v => v != 0));
                Assert.Equal(Enumerable.Range(0, 4).Count(i => picked[i] != 0), spread.Count(v => v != 0));
            }
        }
    }

    [Fact]
    public void Masked_doubles_in_512_bits()
    {
        double[] memory = [.. Enumerable.Range(0, 200).Select(i => (double)(i + 1))];
        fixed (double* p = memory)
        {
            for (int m = 0; m < 64; m++)
            {
                Vector512<long> picked = default;
                for (int i = 0; i < 8; i++) picked = picked.WithElement(i, (m >> (i % 6) & 1) != 0 ? -1 : 0);
                (int back, int ahead) = m % 3 == 0 ? (2, 2) : (-7, 3);
                Vector512<double> mask = picked.AsDouble(), near = Lanes.Load(p + 3, mask), apart = Lanes.Gather(p + 150, back, mask);
                double[] beside = new double[40], spread = new double[200];
                fixed (double* b = beside, s = spread)
                {
                    Lanes.Store(near, b + 5, mask);
                    Lanes.Scatter(apart, s + 4, ahead, mask);
                }

                for (int i = 0; i < 8; i++)
                {
                    bool isOn = picked[i] != 0;
                    Assert.Equal(isOn ? memory[3 + i] : 0, near[i]);
                    Assert.Equal(isOn ? memory[150 + back * i] : 0, apart[i]);
                    Assert.Equal(near[i], beside[5 + i]);
                    Assert.Equal(apart[i], spread[4 + ahead * i]);
                }

                Assert.Equal(near.Equals(Vector512<double>.Zero) ? 0 : Enumerable.Range(0, 8).Count(i => picked[i] != 0), beside.Count(v => v != 0));
                Assert.Equal(Enumerable.Range(0, 8).Count(i => picked[i] != 0), spread.Count(v => v != 0));
            }
        }
    }

    [Fact]
    public void Masked_doubles_in_256_bits()
    {
        double[] memory = [.. Enumerable.Range(0, 200).Select(i => (double)(i + 1))];
        fixed (double* p = memory)
        {
            for (int m = 0; m < 64; m++)
            {
                Vector256<long> picked = default;
                for (int i = 0; i < 4; i++) picked = picked.WithElement(i, (m >> (i % 6) & 1) != 0 ? -1 : 0);
                (int back, int ahead) = m % 3 == 0 ? (2, 2) : (-7, 3);
                Vector256<double> mask = picked.AsDouble(), near = Lanes.Load(p + 3, mask), apart = Lanes.Gather(p + 150, back, mask);
                double[] beside = new double[40], spread = new double[200];
                fixed (double* b = beside, s = spread)
                {
                    Lanes.Store(near, b + 5, mask);
                    Lanes.Scatter(apart, s + 4, ahead, mask);
                }

                for (int i = 0; i < 4; i++)
                {
                    bool isOn = picked[i] != 0;
                    Assert.Equal(isOn ? memory[3 + i] : 0, near[i]);
                    Assert.Equal(isOn ? memory[150 + back * i] : 0, apart[i]);
                    Assert.Equal(near[i], beside[5 + i]);
                    Assert.Equal(apart[i], spread[4 + ahead * i]);
                }

                Assert.Equal(near.Equals(Vector256<double>.Zero) ? 0 : Enumerable.Range(0, 4).Count(i => picked[i] != 0), beside.Count(v => v != 0));
                Assert.Equal(Enumerable.Range(0, 4).Count(i => picked[i] != 0), spread.Count(v => v != 0));
            }
        }
    }

    [Fact]
    public void Masked_doubles_in_128_bits()
    {
        double[] memory = [.. Enumerable.Range(0, 200).Select(i => (double)(i + 1))];
        fixed (double* p = memory)
        {
            for (int m = 0; m < 64; m++)
            {
                Vector128<long> picked = default;
                for (int i = 0; i < 2; i++) picked = picked.WithElement(i, (m >> (i % 6) & 1) != 0 ? -1 : 0);
                (int back, int ahead) = m % 3 == 0 ? (2, 2) : (-7, 3);
                Vector128<double> mask = picked.AsDouble(), near = Lanes.Load(p + 3, mask), apart = Lanes.Gather(p + 150, back, mask);
                double[] beside = new double[40], spread = new double[200];
                fixed (double* b = beside, s = spread)
                {
                    Lanes.Store(near, b + 5, mask);
                    Lanes.Scatter(apart, s + 4, ahead, mask);
                }

                for (int i = 0; i < 2; i++)
                {
                    bool isOn = picked[i] != 0;
                    Assert.Equal(isOn ? memory[3 + i] : 0, near[i]);
                    Assert.Equal(isOn ? memory[150 + back * i] : 0, apart[i]);
                    Assert.Equal(near[i], beside[5 + i]);
                    Assert.Equal(apart[i], spread[4 + ahead * i]);
                }

                Assert.Equal(near.Equals(Vector128<double>.Zero) ? 0 : Enumerable.Range(0, 2).Count(i => picked[i] != 0), beside.Count(v => v != 0));
                Assert.Equal(Enumerable.Range(0, 2).Count(i => picked[i] != 0), spread.Count(v => v != 0));
            }
        }
    }
}
