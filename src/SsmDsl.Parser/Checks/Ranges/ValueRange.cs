namespace SsmDsl.Checks;

/// <summary>What values a real or complex number can have: its parts, and a bound of its magnitude.</summary>
public readonly record struct ValueRange(Interval Real, Interval Imaginary, double Magnitude)
{
    public static readonly ValueRange All = Of(Interval.All);

    public static ValueRange Of(Interval real) => new(real, Interval.Zero, real.Magnitude);

    /// <summary>Complex numbers by their parts.</summary>
    public static ValueRange Of(Interval real, Interval imaginary) => new(real, imaginary, Length(real.Magnitude, imaginary.Magnitude));

    /// <summary>Complex numbers of at most some magnitude.</summary>
    public static ValueRange Disc(double magnitude) => new(Interval.Within(magnitude), Interval.Within(magnitude), magnitude);

    public bool IsReal => Imaginary == Interval.Zero;

    /// <summary>The smallest magnitude.</summary>
    public double Distance => Length(Real.Distance, Imaginary.Distance);

    public static ValueRange operator +(ValueRange a, ValueRange b) => Least(Of(a.Real + b.Real, a.Imaginary + b.Imaginary), a.Magnitude + b.Magnitude);

    public static ValueRange operator -(ValueRange a) => new(-a.Real, -a.Imaginary, a.Magnitude);

    public static ValueRange operator *(ValueRange a, ValueRange b) => Least(
        Of((a.Real * b.Real) - (a.Imaginary * b.Imaginary), (a.Real * b.Imaginary) + (a.Imaginary * b.Real)), Product(a.Magnitude, b.Magnitude));

    public static ValueRange operator /(ValueRange a, ValueRange b) =>
        a.IsReal && b.IsReal ? Of(a.Real / b.Real) : b.Distance == 0 ? Disc(double.PositiveInfinity) : Disc(a.Magnitude / b.Distance);

    public ValueRange Union(ValueRange other) => new(Real.Union(other.Real), Imaginary.Union(other.Imaginary), Math.Max(Magnitude, other.Magnitude));

    public ValueRange Scale(double factor) => this * Of(Interval.Of(factor));

    public override string ToString() => IsReal
        ? FormattableString.Invariant($"between {Word(Real.Low)} and {Word(Real.High)}")
        : FormattableString.Invariant($"of a magnitude up to {Word(Magnitude)}");

    public static string Word(double value) => double.IsInfinity(value) ? (value < 0 ? "-∞" : "∞") : FormattableString.Invariant($"{value:G4}");

    private static ValueRange Least(ValueRange range, double magnitude) => range with { Magnitude = Math.Min(range.Magnitude, magnitude) };

    private static double Length(double a, double b) => b == 0 ? a : a == 0 ? b : Math.Sqrt((a * a) + (b * b));

    private static double Product(double a, double b) => a == 0 || b == 0 ? 0 : a * b;
}
