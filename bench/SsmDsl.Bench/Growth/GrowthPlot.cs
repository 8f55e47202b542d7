using ScottPlot;
using SsmDsl.Bench.Cases;

namespace SsmDsl.Bench.Growth;

/// <summary>The picture of growth: logarithms of times over logarithms of sizes, and a line of slope 1.</summary>
internal static class GrowthPlot
{
    private const string Font = "DejaVu Sans";

    /// <summary>Writes a PNG. The font comes along: servers often have none.</summary>
    public static void Save(IReadOnlyList<GrowthCurve> curves, string path)
    {
        Fonts.AddFontFile(Font, Path.Combine(AppContext.BaseDirectory, "fonts", "DejaVuSans.ttf"));
        Fonts.Default = Font;
        using var plot = new Plot();
        plot.Font.Set(Font);
        plot.Title("Selective scan: time over each size, from the smallest");
        plot.XLabel("size / smallest size");
        plot.YLabel("milliseconds");
        Color[] colors = [Colors.C0, Colors.C1, Colors.C2, Colors.C3];
        foreach ((GrowthCurve curve, int i) in curves.Select((c, i) => (c, i)))
        {
            double[] sizes = [.. curve.Sizes.Select(s => Math.Log10(s / curve.Sizes[0]))];
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(sizes, curve.Milliseconds.Select(t => Math.Log10(t)).ToArray());
            line.Color = colors[i / 2];
            line.LineWidth = 2;
            line.MarkerSize = 7;
            line.LinePattern = curve.Phase == Phase.Forward ? LinePattern.Solid : LinePattern.Dashed;
            line.LegendText = $"{curve.Axis.Name} ({curve.Axis.Fixed}), {curve.Phase.Name()}";
        }

        double first = curves.Min(c => Math.Log10(c.Milliseconds[0])) - 0.3;
        ScottPlot.Plottables.Scatter linear = plot.Add.ScatterLine(new[] { 0.0, 2 }, [first, first + 2]);
        linear.Color = Colors.Black;
        linear.LinePattern = LinePattern.Dotted;
        linear.LineWidth = 2;
        linear.LegendText = "slope 1";
        plot.Axes.Bottom.TickGenerator = Decades();
        plot.Axes.Left.TickGenerator = Decades();
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 900, 700);
    }

    private static ScottPlot.TickGenerators.NumericAutomatic Decades() => new()
    {
        LabelFormatter = exponent => $"{Math.Pow(10, exponent):G3}",
        IntegerTicksOnly = true,
        MinorTickGenerator = new ScottPlot.TickGenerators.LogMinorTickGenerator(),
    };
}
