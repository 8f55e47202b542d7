using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SsmDsl.Runtime.Tests.Numerics;

public sealed class LanesTests
{
    // Every float with a step that shares no factor with 2: half a million, denormals, infinities and NaNs included.
    private const uint Step = 8209;

    /// <summary>Relative errors of c + d·|x|, where that says more than units in the last place; the docstrings of <c>Lanes</c> state them.</summary>
    public static TheoryData<string, double, double> Bounds() => new()
    {
        { "Exp2", 1.75e-7, 0 }, { "Exp", 1.75e-7, 8e-8 }, { "Sigmoid", 2.5e-7, 8e-8 }, { "Softplus", 3.6e-7, 8e-8 }, { "Tanh", 3.6e-7, 0 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Float32_errors_stay_within_their_bounds(string name, double constant, double linear)
    {
        Func<float, float> function = LaneFunctions.Single.First(f => f.Name == name).Scalar;
        Func<double, double> exact = Exact(name);
        double worst = 0, denormal = 0;
        float at = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits), found = function(x);
            double expected = exact(x);
            if (SameEdge(found, expected)) continue;
            double error = Math.Abs(found - expected);
            if (Math.Abs(expected) < 1.2e-38)
            {
                denormal = Math.Max(denormal, error / 1.4e-45);
                continue;
            }

            double share = error / Math.Abs(expected) / (constant + linear * Math.Min(Math.Abs(x), 100));
            if (!(share > worst)) continue;
            (worst, at) = (share, x);
        }

        Assert.True(worst <= 1, $"{name}({at:R}): {worst:F2} of the bound, {function(at):R} instead of {exact(at):R}");
        Assert.True(denormal <= 60, $"{name}: {denormal:F1} of the smallest number");
    }

    [Fact]
    public void Float32_lanes_of_every_width_have_the_same_bits()
    {
        // The precise ones are slow, and come from others.
        foreach (var (f, step) in LaneFunctions.Single.Select(f => (f, Step * 16)).Concat(LaneFunctions.PreciseSingle.Select(f => (f, Step * 400))))
        {
            for (ulong bits = 0; bits <= uint.MaxValue; bits += step)
            {
                Vector512<float> x = (Vector512.Create((uint)bits) + Vector512<uint>.Indices * Vector512.Create(Step)).AsSingle();
                Vector512<float> by512 = f.By512(x);
                AssertSame(f.Name, x, by512, Vector512.Create(f.By256(x.GetLower()), f.By256(x.GetUpper())));
                AssertSame(f.Name, x.GetLower(), by512.GetLower(), Vector256.Create(f.By128(x.GetLower().GetLower()), f.By128(x.GetLower().GetUpper())));
                Assert.True(Same(f.Scalar(x[3]), by512[3]), $"{f.Name}({x[3]:R}): {f.Scalar(x[3]):R} alone, {by512[3]:R} in lanes");
            }
        }
    }

    [Fact]
    public void Float64_lanes_of_every_width_have_the_same_bits()
    {
        var random = new Random(3);
        foreach (var (f, count) in LaneFunctions.Double.Select(f => (f, 20_000)).Concat(LaneFunctions.PreciseDouble.Select(f => (f, 1000))))
        {
            for (int i = 0; i < count; i++)
            {
                double scale = i % 4 == 0 ? 0 : Math.Pow(10, random.Next(-10, 8));
                double[] items = [.. Enumerable.Range(0, 8).Select(_ => scale == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : (random.NextDouble() - 0.5) * scale)];
                Vector512<double> x = Vector512.Create(items), by512 = f.By512(x);
                Vector512<double> by256 = Vector512.Create(f.By256(x.GetLower()), f.By256(x.GetUpper()));
                Vector256<double> by128 = Vector256.Create(f.By128(x.GetLower().GetLower()), f.By128(x.GetLower().GetUpper()));
                for (int lane = 0; lane < 8; lane++) Assert.True(Same(by512[lane], by256[lane]), $"{f.Name}({x[lane]:R})");
                for (int lane = 0; lane < 4; lane++) Assert.True(Same(by512[lane], by128[lane]), $"{f.Name}({x[lane]:R})");
                Assert.True(Same(f.Scalar(x[5]), by512[5]), $"{f.Name}({x[5]:R})");
            }
        }
    }

    [Fact]
    public void Values_at_the_edges()
    {
        foreach (var f in LaneFunctions.Single.Concat(LaneFunctions.PreciseSingle))
        {
            if (f.Name is "PowerInteger") continue;
            Assert.True(float.IsNaN(f.Scalar(float.NaN)), f.Name);
            foreach (float x in new[] { 0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon, -1f })
            {
                double expected = f.Name is "Sign" or "Power" or "Atan2" ? f.Scalar(x) : Exact(f.Name)(x);
                float found = f.Scalar(x);
                Assert.True(SameEdge(found, expected) || Math.Abs(found - expected) <= Math.Max(float.Epsilon, 1e-6 * Math.Abs(expected)), $"{f.Name}({x:R}) = {found:R} instead of {expected:R}");
                if (expected == 0) Assert.True(double.IsNegative(expected) == float.IsNegative(found), $"{f.Name}({x:R}) = {found:R}: sign of zero");
            }
        }

        foreach (var f in LaneFunctions.Double.Concat(LaneFunctions.PreciseDouble))
        {
            Assert.True(f.Name is "PowerInteger" || double.IsNaN(f.Scalar(double.NaN)), f.Name);
            if (f.Name is "Sign" or "Power" or "Atan2" or "PowerInteger") continue;
            foreach (double x in new[] { 0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -double.Epsilon })
            {
                double found = f.Scalar(x), expected = Exact(f.Name)(x);
                Assert.True(found.Equals(expected) || Math.Abs(found - expected) <= Math.Max(double.Epsilon, 1e-15 * Math.Abs(expected)), $"{f.Name}({x:R}) = {found:R} instead of {expected:R}");
                if (expected == 0) Assert.True(double.IsNegative(expected) == double.IsNegative(found), $"{f.Name}({x:R}) = {found:R}: sign of zero");
            }
        }

        Assert.Equal(1f, SsmDsl.Numerics.Reals.Exp(0f));
        Assert.Equal(1d, SsmDsl.Numerics.Reals.Exp(0d));
    }

    [Fact]
    public void Files_of_the_widths_differ_in_the_width_alone()
    {
        string folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../src/SsmDsl.Runtime/Numerics/Lanes");
        foreach (string type in new[] { "Lanes.Single", "Lanes.Double", "Lanes.SingleMemory", "Lanes.DoubleMemory", "PreciseLanes" })
        {
            string master = File.ReadAllText(Path.Combine(folder, $"{type}512.cs"));
            foreach (string width in new[] { "256", "128" })
                Assert.Equal(master.Replace("Vector512", "Vector" + width, StringComparison.Ordinal), File.ReadAllText(Path.Combine(folder, $"{type}{width}.cs")));
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static void AssertSame(string name, Vector512<float> x, Vector512<float> a, Vector512<float> b)
    {
        for (int i = 0; i < 16; i++) Assert.True(Same(a[i], b[i]), $"{name}({x[i]:R}): {a[i]:R} and {b[i]:R}");
    }

    private static void AssertSame(string name, Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        for (int i = 0; i < 8; i++) Assert.True(Same(a[i], b[i]), $"{name}({x[i]:R}): {a[i]:R} and {b[i]:R}");
    }

    /// <summary>Equal bits, or both NaN.</summary>
    private static bool Same(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));

    /// <summary>The value that a double rounds to, where that is infinite, NaN or 0.</summary>
    private static bool SameEdge(float found, double expected)
    {
        float rounded = (float)expected;
        return float.IsFinite(rounded) && rounded != 0 ? false : found.Equals(rounded) || (float.IsInfinity(rounded) && Math.Abs(found) > 3.40e38f);
    }

    private static Func<double, double> Exact(string name) => name == "Exp2" ? x => Math.Pow(2, x) : FunctionBounds.Of(name).Exact;
}
