using System.Runtime.CompilerServices;
using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Tests.Numerics;

public sealed class DeviceRealsTests
{
    // Every float with a step that shares no factor with 2: half a million, denormals, infinities and NaNs included.
    private const uint Step = 8209;

    public static TheoryData<string> SingleNames() => [.. DeviceFunctions.Single.Select(f => f.Name)];

    public static TheoryData<string> DoubleNames() => [.. DeviceFunctions.Double.Select(f => f.Name)];

    public static TheoryData<string> PreciseNames() => [.. DeviceFunctions.Precise.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(SingleNames))]
    public void Float32_errors_stay_within_their_bounds(string name)
    {
        var (_, function, exact, bound, isAbsolute) = DeviceFunctions.Single.First(f => f.Name == name);
        double worst = 0, denormal = 0;
        float at = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits), found = function(x);
            double expected = exact(x);
            if (SameEdge(found, expected)) continue;
            double error = Math.Abs(found - expected);
            if (!isAbsolute && Math.Abs(expected) < 1.2e-38)
            {
                denormal = Math.Max(denormal, error / 1.4e-45);
                continue;
            }

            double share = isAbsolute ? error : error / Math.Abs(expected);
            if (share <= worst) continue;
            (worst, at) = (share, x);
        }

        Assert.True(worst <= bound, $"{name}({at:R}): {worst:E2}, {function(at):R} instead of {exact(at):R}");
        Assert.True(denormal <= 2, $"{name}: {denormal:F1} of the smallest number");
    }

    [Theory]
    [MemberData(nameof(DoubleNames))]
    public void Float64_errors_stay_within_their_bounds(string name)
    {
        var (_, function, exact, bound, isAbsolute) = DeviceFunctions.Double.First(f => f.Name == name);
        double worst = 0, denormal = 0, at = 0;
        foreach (double x in Doubles())
        {
            double found = function(x), expected = exact(x);
            if (found.Equals(expected)) continue;
            double error = Math.Abs(found - expected);
            if (!isAbsolute && Math.Abs(expected) < 2.3e-308)
            {
                denormal = Math.Max(denormal, error / double.Epsilon);
                continue;
            }

            double share = isAbsolute ? error : error / Unit(expected);
            if (share <= worst) continue;
            (worst, at) = (share, x);
        }

        Assert.True(worst <= bound, $"{name}({at:R}): {worst:G3}, {function(at):R} instead of {exact(at):R}");
        Assert.True(denormal <= 4, $"{name}: {denormal:F1} of the smallest number");
    }

    [Theory]
    [MemberData(nameof(PreciseNames))]
    public void Float32_in_precise_mode_is_the_exact_value_rounded(string name)
    {
        var (_, function, exact) = DeviceFunctions.Precise.First(f => f.Name == name);
        double worst = 0;
        float at = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step * 5)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits), found = function(x);
            double expected = exact(x);
            if (SameEdge(found, expected)) continue;
            double share = Math.Abs(found - expected) / Math.ScaleB(1, Math.Max(Math.ILogB(expected) - 23, -149));
            if (share <= worst) continue;
            (worst, at) = (share, x);
        }

        Assert.True(worst <= 0.5001, $"{name}({at:R}): {worst:G8} ulp, {function(at):R} instead of {exact(at):R}");
    }

    [Fact]
    public void The_page_states_the_bounds()
    {
        string page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/functions.md"));
        string table = string.Join('\n', DeviceFunctions.Rows());
        Assert.True(page.Contains(table, StringComparison.Ordinal), "docs/functions.md should have the rows\n" + table);
    }

    [Fact]
    public void Powers_at_the_edges()
    {
        double[] edges = [0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, -2.5, 1e300, -1e300, 9007199254740993, 4503599627370497, 1e-310, -1e-310, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        foreach (double x in edges)
        {
            foreach (double y in edges)
            {
                AssertClose(Math.Pow(x, y), DeviceReals.Power(x, y), $"{x:R} ^ {y:R}");
                AssertClose(Math.Atan2(y, x), DeviceReals.Atan2(y, x), $"atan2({y:R}, {x:R})");
                foreach (int n in new[] { 0, 1, 2, -3, 7, int.MinValue }) Assert.Equal(SsmDsl.Numerics.Reals.PowerInteger((float)x, n), DeviceReals.PowerInteger((float)x, n));
                Assert.Equal(Math.Min(x, y), DeviceReals.Min(x, y));
                Assert.Equal(Math.Max(x, y), DeviceReals.Max(x, y));
                Assert.Equal(double.IsNegative(Math.Min(x, y)), double.IsNegative(DeviceReals.Min(x, y)));
                Assert.Equal(double.IsNegative(Math.Max(x, y)), double.IsNegative(DeviceReals.Max(x, y)));
                Assert.Equal(MathF.Min((float)x, (float)y), DeviceReals.Min((float)x, (float)y));
                Assert.Equal(MathF.Max((float)x, (float)y), DeviceReals.Max((float)x, (float)y));
            }
        }

        Assert.Equal(SsmDsl.Numerics.Reals.PowerInteger(1.00001, int.MinValue), DeviceReals.PowerInteger(1.00001, int.MinValue));
        Assert.Equal(1f, DeviceReals.PowerInteger(0f, 0));
        Assert.Equal(1f, DeviceReals.Exp(0f));
        Assert.Equal(1d, DeviceReals.Exp(0d));
    }

    [Fact]
    public void Zeros_keep_their_sign()
    {
        foreach (var f in DeviceFunctions.Single)
        {
            foreach (float x in new[] { 0f, -0f })
                if (f.Exact(x) == 0) Assert.True(double.IsNegative(f.Exact(x)) == float.IsNegative(f.Function(x)) || f.Name is "Sign" or "Power 1.5", $"{f.Name}({x:R})");
        }
    }

    private static void AssertClose(double expected, double found, string what) =>
        Assert.True(found.Equals(expected) && double.IsNegative(found) == double.IsNegative(expected) || double.IsNaN(found) && double.IsNaN(expected) || Math.Abs(found - expected) <= 4 * Unit(expected), $"{what} = {found:R} instead of {expected:R}");

    /// <summary>The value that a double rounds to, where that is infinite, NaN or 0.</summary>
    private static bool SameEdge(float found, double expected)
    {
        float rounded = (float)expected;
        return float.IsFinite(rounded) && rounded != 0 ? false : found.Equals(rounded) || (float.IsInfinity(rounded) && Math.Abs(found) > 3.40e38f);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static double Unit(double x) => Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);

    /// <summary>Any bits, and numbers of usual sizes.</summary>
    private static IEnumerable<double> Doubles()
    {
        var random = new Random(3);
        for (int i = 0; i < 200_000; i++)
        {
            double scale = i % 4 == 0 ? 0 : Math.Pow(10, random.Next(-10, 8));
            yield return scale == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : (random.NextDouble() - 0.5) * scale;
        }
    }
}
