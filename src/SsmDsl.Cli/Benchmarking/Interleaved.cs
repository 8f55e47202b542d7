using System.Diagnostics;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>Times several contenders in turns, so that their ratios come from one window of time.</summary>
internal static class Interleaved
{
    /// <summary>A contender's call is repeated until a sample takes at least this long.</summary>
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(1);

    private const int FewestRounds = 5, MostRounds = 401;

    /// <summary>
    /// Time of a call of each contender, in milliseconds: the median of the faster half of its samples, which other processes on
    /// the machine disturb less than the median of all.
    /// </summary>
    /// <param name="contenders">Each returns the milliseconds of the given number of calls.</param>
    /// <param name="warmUp">How long each is run before, at least twice: code is compiled in tiers.</param>
    /// <param name="budget">How long all of them together are measured.</param>
    public static double[] Times(IReadOnlyList<Func<int, double>> contenders, TimeSpan warmUp, TimeSpan budget, CancellationToken stopped) =>
        [.. Samples(contenders, warmUp, budget, stopped).Select(FasterHalf)];

    /// <summary>All samples of each contender, ascending.</summary>
    public static List<double>[] Samples(IReadOnlyList<Func<int, double>> contenders, TimeSpan warmUp, TimeSpan budget, CancellationToken stopped)
    {
        int[] repeats = [.. contenders.Select(c => Repeats(c, warmUp, stopped))];
        List<double>[] times = [.. contenders.Select(_ => new List<double>())];
        long started = Stopwatch.GetTimestamp();
        for (int round = 0; round < MostRounds; round++)
        {
            // What is very slow is not measured as often.
            TimeSpan taken = Stopwatch.GetElapsedTime(started);
            if ((round >= FewestRounds && taken > budget) || (round >= FewestRounds / 2 && taken > 3 * budget)) break;
            for (int i = 0; i < contenders.Count; i++)
            {
                stopped.ThrowIfCancellationRequested();
                times[i].Add(contenders[i](repeats[i]) / repeats[i]);
            }
        }

        foreach (List<double> of in times) of.Sort();
        return times;
    }

    /// <summary>A contender of this process.</summary>
    public static Func<int, double> Of(Action call) => repeats =>
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) call();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    };

    private static double FasterHalf(List<double> ascending) => ascending[(ascending.Count - 1) / 4];

    private static int Repeats(Func<int, double> contender, TimeSpan warmUp, CancellationToken stopped)
    {
        double fastest = double.PositiveInfinity, total = 0;
        for (int calls = 0, n = 1; calls < 2 || total < warmUp.TotalMilliseconds; calls++)
        {
            stopped.ThrowIfCancellationRequested();
            double time = contender(n);
            total += time;
            fastest = Math.Min(fastest, time / n);

            // Very short calls: the clock must not be what is measured.
            if (time < 0.1) n *= 2;
        }

        return (int)Math.Clamp(Math.Ceiling(Sample.TotalMilliseconds / fastest), 1, 100_000);
    }
}
