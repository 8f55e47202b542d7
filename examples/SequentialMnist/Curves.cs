using System.Globalization;

namespace SequentialMnist;

/// <summary>What happened during training. Kept in a file too, so that a run that is resumed has all of it.</summary>
/// <param name="file">A line for each step: step, loss, and at the end of an epoch the accuracy.</param>
internal sealed class Curves(string file)
{
    private readonly List<CurvePoint> points = [];

    public IReadOnlyList<CurvePoint> Points => points;

    /// <param name="accuracy">On the test digits, 0 … 1, if it was found after this step.</param>
    public void Add(long step, double loss, double? accuracy)
    {
        if (points.Count == 0) File.WriteAllText(file, "step,loss,accuracy\n");
        File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{step},{loss:R},{accuracy:R}\n"));
        points.Add(new CurvePoint(step, loss, accuracy));
    }

    /// <summary>Reads what an earlier run wrote, up to a step.</summary>
    public void Read(long last)
    {
        string[] lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        var kept = new List<string> { "step,loss,accuracy" };
        foreach (string line in lines.Skip(1))
        {
            // The last line is cut off where a run was killed while it wrote it.
            if (Read(line) is not { } point || point.Step > last) continue;
            kept.Add(line);
            points.Add(point);
        }

        File.WriteAllLines(file, kept);
    }

    private static CurvePoint? Read(string line) =>
        line.Split(',') is [var step, var loss, var accuracy] && long.TryParse(step, CultureInfo.InvariantCulture, out long s) && Number(loss) is { } l
            ? new CurvePoint(s, l, Number(accuracy)) : null;

    private static double? Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double number) ? number : null;
}

/// <summary>One step of training.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Loss">Of the step's batch.</param>
/// <param name="Accuracy">On the test digits, 0 … 1, if it was found after this step.</param>
internal sealed record CurvePoint(long Step, double Loss, double? Accuracy);
