using ScottPlot;

namespace SequentialMnist;

/// <summary>The picture of a training run.</summary>
internal static class Picture
{
    /// <summary>Writes loss and accuracy over the steps as a PNG. The font ships with the example: servers often have none.</summary>
    public static void Save(IReadOnlyList<CurvePoint> points, string path)
    {
        const string font = "DejaVu Sans";
        Fonts.AddFontFile(font, Path.Combine(AppContext.BaseDirectory, "fonts", "DejaVuSans.ttf"));
        Fonts.Default = font;
        CurvePoint[] tests = [.. points.Where(point => point.Accuracy.HasValue)];
        using var plot = new Plot();
        plot.Font.Set(font);
        plot.Title("Sequential MNIST");
        plot.XLabel("step");
        plot.YLabel("training loss");
        ScottPlot.Plottables.Scatter loss = plot.Add.ScatterLine(Steps(points), Smooth([.. points.Select(point => point.Loss)], 20));
        loss.LegendText = "training loss (smoothed)";
        loss.LineWidth = 2;
        ScottPlot.Plottables.Scatter accuracy = plot.Add.Scatter(Steps(tests), tests.Select(point => 100 * point.Accuracy!.Value).ToArray());
        accuracy.LegendText = "test accuracy (%)";
        accuracy.LineWidth = 2;
        accuracy.Axes.YAxis = plot.Axes.Right;
        plot.Axes.Right.Label.Text = "test accuracy (%)";
        plot.Axes.Right.Label.FontName = font;
        plot.Axes.Right.TickLabelStyle.FontName = font;
        plot.Axes.SetLimitsY(0, 100, plot.Axes.Right);
        plot.ShowLegend(Alignment.MiddleRight);
        plot.SavePng(path, 900, 540);
    }

    private static double[] Steps(IEnumerable<CurvePoint> points) => [.. points.Select(point => (double)point.Step)];

    private static double[] Smooth(double[] values, int width) =>
        [.. values.Select((_, i) => values.Skip(Math.Max(0, i - width + 1)).Take(Math.Min(i + 1, width)).Average())];
}
