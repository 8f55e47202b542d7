using System.Runtime.Intrinsics;
using SsmDsl.Numerics;

namespace SsmDsl.Runtime.Tests.Numerics;

public sealed class SigmoidOfNegatedTests
{
    [Fact]
    public void Is_the_sigmoid_of_the_other_sign_for_all_widths()
    {
        for (float x = -90; x < 90; x += 0.0137f)
        {
            float expected = Lanes.Sigmoid(Vector512.Create(-x))[0];
            Assert.Equal(expected, Lanes.SigmoidOfNegated(Vector512.Create(x))[0]);
            Assert.Equal(expected, Lanes.SigmoidOfNegated(Vector256.Create(x))[0]);
            Assert.Equal(expected, Lanes.SigmoidOfNegated(Vector128.Create(x))[0]);
            double exact = Lanes.Sigmoid(Vector512.Create(-(double)x))[0];
            Assert.Equal(exact, Lanes.SigmoidOfNegated(Vector512.Create((double)x))[0]);
            Assert.Equal(exact, Lanes.SigmoidOfNegated(Vector256.Create((double)x))[0]);
            Assert.Equal(exact, Lanes.SigmoidOfNegated(Vector128.Create((double)x))[0]);
        }

        Assert.Equal(1, Lanes.SigmoidOfNegated(Vector512.Create(float.NegativeInfinity))[0]);
        Assert.Equal(0, Lanes.SigmoidOfNegated(Vector512.Create(float.PositiveInfinity))[0]);
        Assert.True(float.IsNaN(Lanes.SigmoidOfNegated(Vector512.Create(float.NaN))[0]));
    }
}
