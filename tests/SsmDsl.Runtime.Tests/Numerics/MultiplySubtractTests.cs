using System.Runtime.Intrinsics;
using SsmDsl.Numerics;

namespace SsmDsl.Runtime.Tests.Numerics;

public sealed class MultiplySubtractTests
{
    private static readonly Vector512<float> a = Vector512.Create(1.1f) + Vector512<float>.Indices, b = Vector512.Create(0.7f) - Vector512<float>.Indices, c = Vector512.Create(3.3f) * Vector512<float>.Indices;

    private static readonly Vector512<double> p = Vector512.Create(1.1) + Vector512<double>.Indices, q = Vector512.Create(0.7) - Vector512<double>.Indices, r = Vector512.Create(3.3) * Vector512<double>.Indices;

    [Fact]
    public void Products_are_subtracted_with_one_rounding_or_two()
    {
        for (int i = 0; i < 16; i++)
        {
            float once = MathF.FusedMultiplyAdd(a[i], b[i], -c[i]), twice = (a[i] * b[i]) - c[i];
            Assert.All(
                new[] { Lanes.MultiplySubtract(a, b, c)[i], -Lanes.NegatedMultiplyAdd(a, b, c)[i], NarrowSingle(i, Lanes.MultiplySubtract, Lanes.MultiplySubtract), -NarrowSingle(i, Lanes.NegatedMultiplyAdd, Lanes.NegatedMultiplyAdd) },
                x => Assert.True(x == once || x == twice, $"{x:R}, not {once:R} or {twice:R}"));
        }
    }

    [Fact]
    public void Products_of_doubles_are_too()
    {
        for (int i = 0; i < 8; i++)
        {
            double once = Math.FusedMultiplyAdd(p[i], q[i], -r[i]), twice = (p[i] * q[i]) - r[i];
            Assert.All(
                new[] { Lanes.MultiplySubtract(p, q, r)[i], -Lanes.NegatedMultiplyAdd(p, q, r)[i], NarrowDouble(i, Lanes.MultiplySubtract, Lanes.MultiplySubtract), -NarrowDouble(i, Lanes.NegatedMultiplyAdd, Lanes.NegatedMultiplyAdd) },
                x => Assert.True(x == once || x == twice, $"{x:R}, not {once:R} or {twice:R}"));
        }
    }

    private delegate T Ternary<T>(T a, T b, T c);

    /// <summary>What two narrower widths agree on.</summary>
    private static float NarrowSingle(int lane, Ternary<Vector256<float>> by256, Ternary<Vector128<float>> by128)
    {
        float wide = by256(Half(a, lane), Half(b, lane), Half(c, lane))[lane % 8];
        Assert.Equal(wide, by128(Quarter(a, lane), Quarter(b, lane), Quarter(c, lane))[lane % 4]);
        return wide;

        static Vector256<float> Half(Vector512<float> v, int lane) => lane < 8 ? v.GetLower() : v.GetUpper();
        static Vector128<float> Quarter(Vector512<float> v, int lane) => Half(v, lane) is var half && lane % 8 < 4 ? half.GetLower() : half.GetUpper();
    }

    private static double NarrowDouble(int lane, Ternary<Vector256<double>> by256, Ternary<Vector128<double>> by128)
    {
        double wide = by256(Half(p, lane), Half(q, lane), Half(r, lane))[lane % 4];
        Assert.Equal(wide, by128(Quarter(p, lane), Quarter(q, lane), Quarter(r, lane))[lane % 2]);
        return wide;

        static Vector256<double> Half(Vector512<double> v, int lane) => lane < 4 ? v.GetLower() : v.GetUpper();
        static Vector128<double> Quarter(Vector512<double> v, int lane) => Half(v, lane) is var half && lane % 4 < 2 ? half.GetLower() : half.GetUpper();
    }
}
