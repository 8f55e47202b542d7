using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Growth;

/// <summary>Times of a phase along an axis.</summary>
/// <param name="Milliseconds">Of each of the axis' points.</param>
internal sealed record GrowthCurve(GrowthAxis Axis, Phase Phase, double[] Milliseconds)
{
    public double[] Sizes => [.. Axis.Points.Select(p => (double)p.Size)];

    /// <summary>The exponent k of c·size^k: the slope of the straight line that fits the logarithms best.</summary>
    public double Exponent()
    {
        double[] x = [.. Sizes.Select(s => Math.Log(s))], y = [.. Milliseconds.Select(t => Math.Log(t))];
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }
}
