using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>What values an operation can have, by those of its arguments: one line each; what has none can have any.</summary>
public static class RangeFunctions
{
    public static ValueRange Of(ScalarOp op, ImmutableArray<ValueRange> x, bool isComplex) => op switch
    {
        ScalarOp.ToReal or ScalarOp.ToComplex => x[0],
        ScalarOp.Add => x[0] + x[1],
        ScalarOp.Subtract => x[0] + -x[1],
        ScalarOp.Negate => -x[0],
        ScalarOp.Multiply => x[0] * x[1],
        ScalarOp.Divide => x[0] / x[1],
        ScalarOp.PowerInteger when x[1].Real is var n && n.Low == n.High && Math.Abs(n.Low) < 1000 => Power(x[0], (int)n.Low),
        ScalarOp.Conj => new ValueRange(x[0].Real, -x[0].Imaginary, x[0].Magnitude),
        ScalarOp.Re => ValueRange.Of(Within(x[0].Real, x[0].Magnitude)),
        ScalarOp.Im => ValueRange.Of(Within(x[0].Imaginary, x[0].Magnitude)),
        ScalarOp.Abs => ValueRange.Of(new Interval(x[0].Distance, x[0].Magnitude)),
        ScalarOp.Exp when isComplex => ValueRange.Disc(Math.Exp(x[0].Real.High)),
        ScalarOp.Sqrt when isComplex => ValueRange.Disc(Math.Sqrt(x[0].Magnitude)),
        _ when isComplex => ValueRange.Disc(double.PositiveInfinity),
        _ => ValueRange.Of(Real(op, [.. x.Select(v => v.Real)])),
    };

    private static Interval Real(ScalarOp op, ImmutableArray<Interval> x) => op switch
    {
        ScalarOp.Exp => x[0].Map(Math.Exp),
        ScalarOp.Expm1 => x[0].Map(v => Math.Exp(v) - 1),
        ScalarOp.Log => Positive(x[0]).Map(Math.Log),
        ScalarOp.Log1p => Positive(x[0] + Interval.Of(1)).Map(Math.Log),
        ScalarOp.Sqrt => Positive(x[0]).Map(Math.Sqrt),
        ScalarOp.Sin or ScalarOp.Cos or ScalarOp.Sign => Interval.Within(1),
        ScalarOp.Tanh => x[0].Map(Math.Tanh),
        ScalarOp.Sigmoid => x[0].Map(v => 1 / (1 + Math.Exp(-v))),
        ScalarOp.Softplus => x[0].Map(Softplus),
        ScalarOp.Erf => Interval.Within(1),
        ScalarOp.Floor => x[0].Map(Math.Floor),
        ScalarOp.Min => new Interval(Math.Min(x[0].Low, x[1].Low), Math.Min(x[0].High, x[1].High)),
        ScalarOp.Max => new Interval(Math.Max(x[0].Low, x[1].Low), Math.Max(x[0].High, x[1].High)),
        ScalarOp.Power when x[0].Low >= 0 && x[0].High <= 1 && x[1].Low >= 0 => Interval.Unit,
        ScalarOp.Power when x[0].Low >= 0 => new Interval(0, double.PositiveInfinity),
        ScalarOp.Mod when x[1].Low == x[1].High && x[1].Low > 0 => new Interval(0, x[1].Low - 1),
        ScalarOp.Equal or ScalarOp.NotEqual or ScalarOp.Less or ScalarOp.LessOrEqual or ScalarOp.Greater or ScalarOp.GreaterOrEqual
            or ScalarOp.And or ScalarOp.Or or ScalarOp.Not => Interval.Unit,
        _ => Interval.All,
    };

    private static ValueRange Power(ValueRange x, int exponent) => x.IsReal
        ? ValueRange.Of(x.Real.Power(exponent))
        : ValueRange.Disc(exponent >= 0 ? Math.Pow(x.Magnitude, exponent) : Math.Pow(x.Distance, exponent));

    private static Interval Within(Interval part, double magnitude) => new(Math.Max(part.Low, -magnitude), Math.Min(part.High, magnitude));

    private static Interval Positive(Interval x) => new(Math.Max(x.Low, 0), Math.Max(x.High, 0));

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
