using System.Diagnostics;

namespace SsmDsl.Training;

/// <summary>Measures how fast a run goes.</summary>
/// <param name="steps">Number of steps that it will do.</param>
internal sealed class TrainingPace(long steps)
{
    private readonly long started = Stopwatch.GetTimestamp();
    private long samples;
    private long done;

    public double SamplesPerSecond => samples / Math.Max(1e-9, Stopwatch.GetElapsedTime(started).TotalSeconds);

    public TimeSpan TimeLeft => Stopwatch.GetElapsedTime(started) * (Math.Max(0, steps - done) / (double)Math.Max(1, done));

    public void Add(int count)
    {
        samples += count;
        done++;
    }
}
