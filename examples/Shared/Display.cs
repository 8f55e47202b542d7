using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using SsmDsl;

namespace Examples;

/// <summary>Shows how training goes on: a bar in a terminal, plain lines elsewhere.</summary>
internal static class Display
{
    /// <summary>Trains under a display.</summary>
    /// <param name="first">Step at which the run begins.</param>
    /// <param name="metric">The metric that is shown beside the loss, and how it is written.</param>
    /// <param name="train">The training, which reports to what it is given.</param>
    public static void Run(long first, (string Name, Func<double, string> Write)? metric, Action<IProgress<TrainingProgress>> train)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            train(new Lines(metric));
            return;
        }

        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => train(new Bar(context, first, metric)));
    }

    private static string Text(TrainingProgress at, (string Name, Func<double, string> Write)? metric)
    {
        string shown = metric is { } m ? $"  {m.Name} {m.Write(at.EpochMetrics.First(v => v.Name == m.Name).Value)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {at.Epoch + 1}/{at.Epochs}  step {at.Step}/{at.Steps}  loss {at.EpochLoss:F4}{shown}  {at.SamplesPerSecond:F0} samples/s  {at.TimeLeft:m\\:ss} left");
    }

    private static string? EndOfEpoch(TrainingProgress at, (string Name, Func<double, string> Write)? metric) => at.Evaluation is not { } held ? null
        : string.Create(CultureInfo.InvariantCulture, $"epoch {at.Epoch + 1}/{at.Epochs}  training loss {at.EpochLoss:F4}  test loss {held.Loss:F4}")
            + (metric is { } m ? $"  test {m.Name} {m.Write(held[m.Name])}" : "");

    private sealed class Bar : IProgress<TrainingProgress>
    {
        private readonly (string Name, Func<double, string> Write)? metric;
        private readonly ProgressTask task;

        public Bar(ProgressContext context, long first, (string Name, Func<double, string> Write)? metric)
        {
            this.metric = metric;
            task = context.AddTask("compiling kernels");
            task.Value = first;
        }

        public void Report(TrainingProgress value)
        {
            task.MaxValue = value.Steps;
            task.Value = value.Step;
            task.Description = Markup.Escape(Text(value, metric));
            if (EndOfEpoch(value, metric) is { } line) AnsiConsole.MarkupLineInterpolated($"{line}");
        }
    }

    private sealed class Lines((string Name, Func<double, string> Write)? metric) : IProgress<TrainingProgress>
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
        private long last = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            if (EndOfEpoch(value, metric) is { } line) Console.WriteLine(line);
            else if (Stopwatch.GetElapsedTime(last) > Every) Console.WriteLine(Text(value, metric));
            else return;
            last = Stopwatch.GetTimestamp();
        }
    }
}
