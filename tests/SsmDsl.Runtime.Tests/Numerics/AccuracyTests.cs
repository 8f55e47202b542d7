using System.Runtime.CompilerServices;

namespace SsmDsl.Runtime.Tests.Numerics;

/// <summary>Every approximated function stays within the bound that <see cref="FunctionBounds"/> states, in both modes and types.</summary>
public sealed class AccuracyTests
{
    // Every float with a step that shares no factor with 2: half a million, denormals, infinities and NaNs included.
    private const uint Step = 8209;

    public static TheoryData<string> Names => [.. FunctionBounds.All.Select(b => b.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Float32_stays_within_its_bound(string name) =>
        Check(name, LaneFunctions.Single.Single(f => f.Name == name).Scalar, FunctionBounds.Of(name).Single);

    [Theory]
    [MemberData(nameof(Names))]
    public void Float32_in_precise_mode_is_the_exact_value_rounded(string name) =>
        Check(name, LaneFunctions.PreciseSingle.Single(f => f.Name == name).Scalar, FunctionBounds.PreciseSingle);

    [Theory]
    [MemberData(nameof(Names))]
    public void Float64_stays_within_its_bound(string name) =>
        Check(name, LaneFunctions.Double.Single(f => f.Name == name).Scalar, FunctionBounds.Of(name).Double);

    [Theory]
    [MemberData(nameof(Names))]
    public void Float64_in_precise_mode_stays_within_its_bound(string name) =>
        Check(name, LaneFunctions.PreciseDouble.Single(f => f.Name == name).Scalar, FunctionBounds.Of(name).PreciseDouble);

    [Fact]
    public void Powers_and_angles_in_precise_mode_are_rounded_once()
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            float x = (random.NextSingle() - 0.3f) * 20, y = (random.NextSingle() - 0.5f) * 10;
            int n = random.Next(-9, 10);
            Assert.Equal((float)Math.Pow(x, y), SsmDsl.Numerics.PreciseReals.Power(x, y));
            Assert.Equal((float)Math.Atan2(x, y), SsmDsl.Numerics.PreciseReals.Atan2(x, y));
            Assert.Equal((float)Math.Pow(x, n), SsmDsl.Numerics.PreciseReals.PowerInteger(x, n));
            Within(FunctionBounds.Power, Math.Pow(x, y), SsmDsl.Numerics.Reals.Power(x, y), $"{x:R}^{y:R}");
            Within(FunctionBounds.Atan2, Math.Atan2(x, y), SsmDsl.Numerics.Reals.Atan2(x, y), $"atan2({x:R}, {y:R})");
            if (Math.Abs(Math.Pow(x, n)) is > 1e-30 and < 1e30) Within(new Bound(Math.Abs(n)), Math.Pow(x, n), SsmDsl.Numerics.Reals.PowerInteger(x, n), $"{x:R}^{n}");
        }
    }

    [Fact]
    public void The_page_states_the_bounds()
    {
        string page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/functions.md"));
        string table = string.Join('\n', FunctionBounds.Rows);
        Assert.True(page.Contains(table, StringComparison.Ordinal), "docs/functions.md should have the rows\n" + table);
    }

    private static void Check(string name, Func<float, float> function, Bound bound)
    {
        Func<double, double> exact = FunctionBounds.Of(name).Exact;
        double worst = 0;
        float at = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits), found = function(x);
            double expected = exact(x);
            if (IsEdge(found, expected)) continue;
            double share = bound.Share(x, Math.Abs(found - expected), Bound.SingleUnit(expected));
            if (share <= worst) continue;
            (worst, at) = (share, x);
        }

        Assert.True(worst <= 1, $"{name}({at:R}): {worst:G8} of the bound {bound}, {function(at):R} instead of {exact(at):R}");
    }

    private static void Check(string name, Func<double, double> function, Bound bound)
    {
        (double worst, double at) = FunctionBounds.Reference().Where(r => r.Name == name)
            .Max(r => (bound.Share(r.X, function(r.X).Equals(r.High) ? Math.Abs(r.Low) : Math.Abs(function(r.X) - r.High - r.Low), Bound.DoubleUnit(r.High)), r.X));
        Assert.True(worst <= 1, $"{name}({at:R}): {worst:F2} of the bound {bound}");
    }

    private static void Within(Bound bound, double expected, float found, string what)
    {
        if (IsEdge(found, expected)) return;
        double share = bound.Share(0, Math.Abs(found - expected), Bound.SingleUnit(expected));
        Assert.True(share <= 1, $"{what} is {found:R} instead of {expected:R}: {share:F2} of the bound {bound}");
    }

    /// <summary>The value that a double rounds to, where that is infinite, NaN or 0.</summary>
    private static bool IsEdge(float found, double expected)
    {
        float rounded = (float)expected;
        return (!float.IsFinite(rounded) || expected == 0) && (found.Equals(rounded) || (float.IsInfinity(rounded) && Math.Abs(found) > 3.40e38f));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
