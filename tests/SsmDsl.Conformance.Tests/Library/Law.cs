namespace SsmDsl.Conformance.Tests.Library;

/// <summary>A distribution with what is needed to test draws against it.</summary>
/// <param name="Below">The probability of a value of at most x.</param>
/// <param name="FourthMoment">The fourth central one.</param>
public sealed record Law(string Name, Func<double, double> Below, double Low, double High, double Mean, double Variance, double FourthMoment)
{
    /// <summary>Bounds are so many standard errors wide; the draws have fixed seeds.</summary>
    private const double Errors = 5;

    /// <summary>The same for the largest distance of the distribution functions: 2 exp(-2·2.65²) = 1.6e-6, that of 4.8 standard errors.</summary>
    private const double Distance = 2.65;

    /// <summary>Rounding of what is drawn and of the function that undoes an initialiser.</summary>
    private const double Rounding = 1e-5;

    public static Law Uniform(double low, double high)
    {
        double width = high - low;
        return new($"U({low:G4}, {high:G4})", x => Math.Clamp((x - low) / width, 0, 1), low, high, (low + high) / 2, width * width / 12, Math.Pow(width, 4) / 80);
    }

    /// <summary>With mean 0.</summary>
    public static Law Normal(double deviation) => new(
        $"N(0, {deviation:G4}²)", x => Phi(x / deviation), double.NegativeInfinity, double.PositiveInfinity, 0, deviation * deviation, 3 * Math.Pow(deviation, 4));

    /// <summary>What speaks against it: range, mean, variance, the distribution function, and how neighbours hang together.</summary>
    public IEnumerable<string> Problems(double[] draws)
    {
        int n = draws.Length;
        double slack = Rounding * Math.Sqrt(Variance);
        double mean = draws.Average(), variance = draws.Average(x => (x - Mean) * (x - Mean));
        double meanError = Errors * Math.Sqrt(Variance / n), varianceError = Errors * Math.Sqrt((FourthMoment - Variance * Variance) / n);
        if (draws.Any(x => !(x >= Low - slack && x <= High + slack))) yield return $"values between {draws.Min():G6} and {draws.Max():G6} are not {Name}";
        if (!(Math.Abs(mean - Mean) <= meanError + slack)) yield return $"mean {mean:G6} of {n}, expected {Mean:G6} ± {meanError:G2}";
        if (!(Math.Abs(variance - Variance) <= varianceError + slack * slack)) yield return $"variance {variance:G6} of {n}, expected {Variance:G6} ± {varianceError:G2}";

        double[] sorted = [.. draws.Order()];
        double distance = Enumerable.Range(0, n).Max(i => Math.Max(Below(sorted[i]) - (double)i / n, (i + 1.0) / n - Below(sorted[i])));
        if (!(Math.Sqrt(n) * distance <= Distance)) yield return $"the distribution function of {n} values differs by {distance:G3} from that of {Name}";

        double together = Enumerable.Range(1, n - 1).Sum(i => (draws[i] - Mean) * (draws[i - 1] - Mean)) / (n * Variance);
        if (!(Math.Abs(together) <= Errors / Math.Sqrt(n))) yield return $"neighbours are correlated by {together:G3}";
    }

    /// <summary>The normal distribution function by Marsaglia's series, all of whose terms are positive.</summary>
    private static double Phi(double x)
    {
        if (Math.Abs(x) > 7) return x > 0 ? 1 : 0;
        double sum = x, term = x;
        for (int k = 3; Math.Abs(term) > 1e-18; k += 2) sum += term *= x * x / k;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
