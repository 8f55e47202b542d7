using System.Globalization;
using ScottPlot;

namespace SequentialMnist;

/// <summary>What happened during training, and its picture. Kept in a file too, so that a run that is resumed has all of it.</summary>
/// <param name="file">A line for each step: step, loss, and at the end of an epoch the accuracy.</param>
internal sealed class Curves(string file)
{
    private readonly List<double> steps = [];
    private readonly List<double> losses = [];
    private readonly List<double> testSteps = [];
    private readonly List<double> accuracies = [];

    /// <param name="accuracy">On the test digits, 0 … 1, if it was found after this step.</param>
    public void Add(long step, double loss, double? accuracy)
    {
        if (steps.Count == 0) File.WriteAllText(file, "step,loss,accuracy\n");
        File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{step},{loss:R},{accuracy:R}\n"));
        Keep(step, loss, accuracy);
    }

    /// <summary>Reads what an earlier run wrote, up to a step.</summary>
    public void Read(long last)
    {
        string[] lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        var kept = new List<string> { "step,loss,accuracy" };
        foreach (string line in lines.Skip(1))
        {
            // The last line is cut off where a run was killed while it wrote it.
            if (Read(line) is not var (step, loss, accuracy) || step > last) continue;
            kept.Add(line);
            Keep(step, loss, accuracy);
        }

        File.WriteAllLines(file, kept);
    }

    private static (long Step, double Loss, double? Accuracy)? Read(string line) =>
        line.Split(',') is [var step, var loss, var accuracy] && long.TryParse(step, CultureInfo.InvariantCulture, out long s) && Number(loss) is { } l
            ? (s, l, Number(accuracy)) : null;

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
        ScottPlot.Plottables.Scatter loss = plot.Add.ScatterLine(steps.ToArray(), Smooth(losses, 20));
        loss.LegendText = "training loss (smoothed)";
        loss.LineWidth = 2;
        ScottPlot.Plottables.Scatter accuracy = plot.Add.Scatter(testSteps.ToArray(), accuracies.ToArray());
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

    private void Keep(long step, double loss, double? accuracy)
    {
        steps.Add(step);
        losses.Add(loss);
        if (accuracy is not { } share) return;
        testSteps.Add(step);
        accuracies.Add(100 * share);
    }

    private static double? Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static double[] Smooth(List<double> values, int width) =>
        [.. values.Select((_, i) => values.Skip(Math.Max(0, i - width + 1)).Take(Math.Min(i + 1, width)).Average())];
}
