using System.Numerics;
using SsmDsl.Ir;

namespace SsmDsl.Generator.Tests.ForwardMode;

/// <summary>
/// value + tangent·ε with ε² = 0. Sums, products, quotients, exp, log, sin and cos are all it knows the derivative of (and that
/// of erf, by its definition); everything else is written with these.
/// </summary>
internal readonly record struct Dual(Complex Value, Complex Tangent)
{
    public static implicit operator Dual(double value) => new(value, 0);

    public double Number => Value.Real;

    public bool IsTrue => Value.Real != 0;

    public static Dual Truth(bool value) => value ? 1 : 0;

    public static Dual operator +(Dual a, Dual b) => new(a.Value + b.Value, a.Tangent + b.Tangent);

    public static Dual operator -(Dual a) => new(-a.Value, -a.Tangent);

    public static Dual operator -(Dual a, Dual b) => new(a.Value - b.Value, a.Tangent - b.Tangent);

    public static Dual operator *(Dual a, Dual b) => new(a.Value * b.Value, Times(a.Tangent, b.Value) + Times(b.Tangent, a.Value));

    public static Dual operator /(Dual a, Dual b) => new(a.Value / b.Value, Times(Times(a.Tangent, b.Value) - Times(b.Tangent, a.Value), 1 / (b.Value * b.Value)));

    public static Dual Exp(Dual a) => Complex.Exp(a.Value) is var e ? new(e, Times(a.Tangent, e)) : default;

    public static Dual Log(Dual a) => new(Complex.Log(a.Value), Times(a.Tangent, 1 / a.Value));

    public static Dual Sin(Dual a) => new(Complex.Sin(a.Value), a.Tangent * Complex.Cos(a.Value));

    public static Dual Cos(Dual a) => new(Complex.Cos(a.Value), -a.Tangent * Complex.Sin(a.Value));

    public static Dual Erf(Dual a) => new(RealFunctions.Erf(a.Number), a.Tangent * (2 / Math.Sqrt(Math.PI) * Math.Exp(-a.Number * a.Number)));

    public static Dual Sqrt(Dual a) => Exp(Log(a) / 2);

    public static Dual Tanh(Dual a) => 1 - 2 / (Exp(a + a) + 1);

    public static Dual Sigmoid(Dual a) => 1 / (1 + Exp(-a));

    public static Dual Power(Dual a, Dual b) =>
        b.Tangent == 0 && b.Value.Imaginary == 0 && b.Number == Math.Floor(b.Number) ? Whole(a, (int)b.Number) : Exp(b * Log(a));

    public static Dual Whole(Dual a, int exponent)
    {
        Dual product = 1;
        for (int i = 0; i < Math.Abs(exponent); i++) product *= a;
        return exponent < 0 ? 1 / product : product;
    }

    public static Dual Re(Dual a) => new(a.Value.Real, a.Tangent.Real);

    public static Dual Im(Dual a) => new(a.Value.Imaginary, a.Tangent.Imaginary);

    public static Dual Conj(Dual a) => new(Complex.Conjugate(a.Value), Complex.Conjugate(a.Tangent));

    /// <summary>√(re² + im²), without a slope at 0.</summary>
    public static Dual Abs(Dual a) => a.Value == 0 ? 0 : Re(Sqrt(Re(a) * Re(a) + Im(a) * Im(a)));

    /// <summary>What does not move has no derivative, infinite or not: max over nothing is a constant.</summary>
    private static Complex Times(Complex tangent, Complex slope) => tangent == 0 ? 0 : tangent * slope;
}
