namespace SsmDsl.Checks;

/// <summary>All reals between two bounds, which may be infinite. 0 times anything is 0.</summary>
public readonly record struct Interval(double Low, double High)
{
    public static readonly Interval All = new(double.NegativeInfinity, double.PositiveInfinity);
    public static readonly Interval Zero = new(0, 0);
    public static readonly Interval Unit = new(0, 1);

    /// <summary>The largest magnitude.</summary>
    public double Magnitude => Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>The smallest magnitude.</summary>
    public double Distance => Low > 0 ? Low : High < 0 ? -High : 0;

    public static Interval Of(double value) => double.IsNaN(value) ? All : new(value, value);

    /// <summary>Magnitudes of at most <paramref name="bound"/>.</summary>
    public static Interval Within(double bound) => new(-bound, bound);

    public static Interval operator +(Interval a, Interval b) => new(a.Low + b.Low, a.High + b.High);

    public static Interval operator -(Interval a) => new(-a.High, -a.Low);

    public static Interval operator -(Interval a, Interval b) => a + -b;

    public static Interval operator *(Interval a, Interval b)
    {
        double p = Times(a.Low, b.Low), q = Times(a.Low, b.High), r = Times(a.High, b.Low), s = Times(a.High, b.High);
        return new(Math.Min(Math.Min(p, q), Math.Min(r, s)), Math.Max(Math.Max(p, q), Math.Max(r, s)));
    }

    public static Interval operator /(Interval a, Interval b) => a * b.Inverse();

    public Interval Union(Interval other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>What a function that never falls makes of it.</summary>
    public Interval Map(Func<double, double> rising)
    {
        (double low, double high) = (rising(Low), rising(High));
        return double.IsNaN(low) || double.IsNaN(high) ? All : new(low, high);
    }

    public Interval Abs() => new(Distance, Magnitude);

    public Interval Power(int exponent)
    {
        if (exponent < 0) return Power(-exponent).Inverse();
        Interval raised = new(Math.Pow(Low, exponent), Math.Pow(High, exponent));
        return exponent == 0 ? Of(1) : exponent % 2 == 1 ? raised : new(Math.Pow(Distance, exponent), Math.Pow(Magnitude, exponent));
    }

    private Interval Inverse() =>
        Low > 0 || High < 0 ? new(1 / High, 1 / Low)
        : Low == 0 && High > 0 ? new(1 / High, double.PositiveInfinity)
        : High == 0 && Low < 0 ? new(double.NegativeInfinity, 1 / Low)
        : All;

    private static double Times(double a, double b) => a == 0 || b == 0 ? 0 : a * b;
}
