using ScottPlot;

namespace SequentialMnist;

/// <summary>What happened during training, and its picture.</summary>
internal sealed class Curves
{
    private readonly List<double> steps = [];
    private readonly List<double> losses = [];
    private readonly List<double> testSteps = [];
    private readonly List<double> accuracies = [];

    public void Add(long step, double loss)
    {
        steps.Add(step);
        losses.Add(loss);
    }

    public void AddTest(long step, double accuracy)
    {
        testSteps.Add(step);
        accuracies.Add(100 * accuracy);
    }

    /// <summary>Writes loss and accuracy over the steps as a PNG. The font ships with the example: servers often have none.</summary>
    public void Save(string path)
    {
        const string font = "DejaVu Sans";
        Fonts.AddFontFile(font, Path.Combine(AppContext.BaseDirectory, "fonts", "DejaVuSans.ttf"));
        Fonts.Default = font;
        using var plot = new Plot();
        plot.Font.Set(font);
        plot.Title("Sequential MNIST");
        plot.XLabel("step");
        plot.YLabel("training loss");
        ScottPlot.Plottables.Scatter loss = plot.Add.ScatterLine(steps, Smooth(losses, 20));
        loss.LegendText = "training loss (smoothed)";
        loss.LineWidth = 2;
        ScottPlot.Plottables.Scatter accuracy = plot.Add.Scatter(testSteps, accuracies);
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

    private static double[] Smooth(List<double> values, int width) =>
        [.. values.Select((_, i) => values.Skip(Math.Max(0, i - width + 1)).Take(Math.Min(i + 1, width)).Average())];
}
