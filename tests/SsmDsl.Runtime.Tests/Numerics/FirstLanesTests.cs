using System.Runtime.Intrinsics;
using SsmDsl.Numerics;

namespace SsmDsl.Runtime.Tests.Numerics;

/// <summary>Memory under masks of four lanes on machines without masks: what instructions of other machines do.</summary>
public sealed unsafe class FirstLanesTests
{
    [Fact]
    public void The_lanes_of_any_mask_and_nothing_else()
    {
        float[] memory = [.. Enumerable.Range(1, 40).Select(i => (float)i)];
        for (int m = 0; m < 16; m++)
        {
            Vector128<int> picked = default;
            for (int i = 0; i < 4; i++) picked = picked.WithElement(i, (m >> i & 1) != 0 ? -1 : 0);
            Vector128<float> mask = picked.AsSingle(), value = Vector128.Create(7f, 8, 9, 10);
            float[] beside = new float[6], apart = new float[20];
            fixed (float* p = memory, b = beside, a = apart)
            {
                Vector128<float> near = FirstLanes.Load(p + 3, mask), far = FirstLanes.Gather(p + 30, -9, mask);
                FirstLanes.Store(value, b + 1, mask);
                FirstLanes.Scatter(value, a + 2, 5, mask);
                for (int i = 0; i < 4; i++)
                {
                    bool isOn = picked[i] != 0;
                    Assert.Equal((isOn ? memory[3 + i] : 0, isOn ? memory[30 - (9 * i)] : 0), (near[i], far[i]));
                    Assert.Equal((isOn ? value[i] : 0, isOn ? value[i] : 0), (beside[1 + i], apart[2 + (5 * i)]));
                }
            }

            int count = Enumerable.Range(0, 4).Count(i => picked[i] != 0);
            Assert.Equal((count, count), (beside.Count(v => v != 0), apart.Count(v => v != 0)));
        }
    }
}
