using System.Collections.Immutable;
using System.Numerics;
using SsmDsl.Numerics;
using SsmDsl.Semantics;
using static SsmDsl.Ir.Scalars;

namespace SsmDsl.Ir;

/// <summary>
/// One scalar operation: how it is evaluated, and what its adjoint sends to its arguments.
/// </summary>
/// <param name="Evaluate">On reals, ints and bools (0 or 1), in double.</param>
/// <param name="EvaluateComplex">Where an argument is complex; null if it has no complex form. The result of abs, re and im is in the real part.</param>
/// <param name="Adjoint">
/// The adjoints of the arguments from the node and the adjoint g of its value; null if no gradient passes. For a holomorphic
/// function it is g·conj(f′(z)), where the gradient of a complex value is the pair (∂/∂Re, ∂/∂Im).
/// </param>
/// <param name="Cost">Rough cost in multiplications, for decisions between storing and recomputing.</param>
public sealed record ScalarRow(
    ScalarOp Op,
    int Arity,
    Func<double[], double>? Evaluate,
    Func<Complex[], Complex>? EvaluateComplex,
    Func<ApplyScalar, Scalar, Scalar[]>? Adjoint,
    int Cost);

/// <summary>The table of scalar operations.</summary>
public static class ScalarOps
{
    private static readonly ImmutableDictionary<ScalarOp, ScalarRow> Rows = Table().ToImmutableDictionary(r => r.Op);

    public static ScalarRow Row(ScalarOp op) => Rows[op];

    /// <summary>The value of an operation on constants, or null where it has none (ints that overflow, complex results are kept).</summary>
    public static Scalar? Fold(ApplyScalar apply)
    {
        ScalarRow row = Row(apply.Op);
        if (apply.Type == ElementType.Complex || apply.Arguments.Any(a => a.Type == ElementType.Complex)) return null;
        double value = row.Evaluate!([.. apply.Arguments.Select(a => ((ConstantScalar)a).Real)]);
        bool fits = apply.Type != ElementType.Int || Math.Abs(value) <= int.MaxValue;
        return fits && !double.IsNaN(value) ? new ConstantScalar(value, 0, apply.Type) : null;
    }

    private static IEnumerable<ScalarRow> Table()
    {
        yield return new(ScalarOp.ToReal, 1, a => a[0], null, null, 0);
        yield return new(ScalarOp.ToComplex, 1, a => a[0], z => z[0], (n, g) => [Apply(ScalarOp.Re, ElementType.Real, g)], 0);
        yield return new(ScalarOp.Negate, 1, a => -a[0], z => -z[0], (n, g) => [Scalars.Negate(g)], 1);
        yield return new(ScalarOp.Add, 2, a => a[0] + a[1], z => z[0] + z[1], (n, g) => [g, g], 1);
        yield return new(ScalarOp.Subtract, 2, a => a[0] - a[1], z => z[0] - z[1], (n, g) => [g, Scalars.Negate(g)], 1);
        yield return new(ScalarOp.Multiply, 2, a => a[0] * a[1], z => z[0] * z[1],
            (n, g) => [Multiply(g, Conj(n.Arguments[1])), Multiply(g, Conj(n.Arguments[0]))], 1);
        yield return new(ScalarOp.Divide, 2, a => a[0] / a[1], z => z[0] / z[1],
            (n, g) => [Divide(g, Conj(n.Arguments[1])), Scalars.Negate(Divide(Multiply(g, Conj(n)), Conj(n.Arguments[1])))], 4);
        yield return new(ScalarOp.Div, 2, a => RealFunctions.Div(a[0], a[1]), null, null, 8);
        yield return new(ScalarOp.Mod, 2, a => RealFunctions.Mod(a[0], a[1]), null, null, 8);
        yield return new(ScalarOp.Power, 2, a => Math.Pow(a[0], a[1]), z => Complex.Pow(z[0], z[1]), PowerAdjoint, 40);
        yield return new(ScalarOp.PowerInteger, 2, a => RealFunctions.PowerInteger(a[0], (int)a[1]), z => WholePower(z[0], (int)z[1].Real), PowerIntegerAdjoint, 4);

        yield return new(ScalarOp.Equal, 2, a => Truth(a[0] == a[1]), z => Truth(z[0] == z[1]), null, 1);
        yield return new(ScalarOp.NotEqual, 2, a => Truth(a[0] != a[1]), z => Truth(z[0] != z[1]), null, 1);
        yield return new(ScalarOp.Less, 2, a => Truth(a[0] < a[1]), null, null, 1);
        yield return new(ScalarOp.LessOrEqual, 2, a => Truth(a[0] <= a[1]), null, null, 1);
        yield return new(ScalarOp.Greater, 2, a => Truth(a[0] > a[1]), null, null, 1);
        yield return new(ScalarOp.GreaterOrEqual, 2, a => Truth(a[0] >= a[1]), null, null, 1);
        yield return new(ScalarOp.And, 2, a => Truth(a[0] != 0 && a[1] != 0), null, null, 1);
        yield return new(ScalarOp.Or, 2, a => Truth(a[0] != 0 || a[1] != 0), null, null, 1);
        yield return new(ScalarOp.Not, 1, a => Truth(a[0] == 0), null, null, 1);

        yield return new(ScalarOp.Exp, 1, a => Math.Exp(a[0]), z => Complex.Exp(z[0]), (n, g) => [Multiply(g, Conj(n))], 10);
        yield return new(ScalarOp.Log, 1, a => Math.Log(a[0]), z => Complex.Log(z[0]), (n, g) => [Divide(g, Conj(n.Arguments[0]))], 12);
        yield return Function(ScalarOp.Log1p, RealFunctions.Log1p, n => Divide(Real(1), Add(Real(1), n.Arguments[0])), 14);
        yield return Function(ScalarOp.Expm1, RealFunctions.Expm1, n => Add(n, Real(1)), 14);
        yield return new(ScalarOp.Sqrt, 1, a => Math.Sqrt(a[0]), z => PrincipalRoot(z[0]), (n, g) => [Divide(Multiply(Constant(n.Type, 0.5), g), Conj(n))], 6);
        yield return Function(ScalarOp.Sin, Math.Sin, n => Unary(ScalarOp.Cos, n.Arguments[0]), 15);
        yield return Function(ScalarOp.Cos, Math.Cos, n => Scalars.Negate(Unary(ScalarOp.Sin, n.Arguments[0])), 15);
        yield return Function(ScalarOp.Tanh, Math.Tanh, n => Subtract(Real(1), Multiply(n, n)), 14);
        yield return Function(ScalarOp.Sigmoid, RealFunctions.Sigmoid, n => Multiply(n, Unary(ScalarOp.Sigmoid, Scalars.Negate(n.Arguments[0]))), 14);
        yield return Function(ScalarOp.Softplus, RealFunctions.Softplus, n => Unary(ScalarOp.Sigmoid, n.Arguments[0]), 22);
        yield return Function(ScalarOp.Erf, RealFunctions.Erf,
            n => Multiply(Real(2 / Math.Sqrt(Math.PI)), Unary(ScalarOp.Exp, Scalars.Negate(Multiply(n.Arguments[0], n.Arguments[0])))), 20);
        yield return new(ScalarOp.Abs, 1, a => Math.Abs(a[0]), z => Complex.Abs(z[0]), AbsAdjoint, 4);
        yield return new(ScalarOp.Sign, 1, a => RealFunctions.Sign(a[0]), null, null, 2);
        yield return new(ScalarOp.Floor, 1, a => Math.Floor(a[0]), null, null, 2);
        yield return new(ScalarOp.Min, 2, a => RealFunctions.Min(a[0], a[1]), null, (n, g) => ExtremeAdjoint(ScalarOp.Less, ScalarOp.LessOrEqual, n, g), 2);
        yield return new(ScalarOp.Max, 2, a => RealFunctions.Max(a[0], a[1]), null, (n, g) => ExtremeAdjoint(ScalarOp.Greater, ScalarOp.GreaterOrEqual, n, g), 2);
        yield return new(ScalarOp.Re, 1, a => a[0], z => z[0].Real, (n, g) => [Apply(ScalarOp.ToComplex, ElementType.Complex, g)], 0);
        yield return new(ScalarOp.Im, 1, a => 0, z => z[0].Imaginary,
            (n, g) => [Multiply(new ConstantScalar(0, 1, ElementType.Complex), Apply(ScalarOp.ToComplex, ElementType.Complex, g))], 0);
        yield return new(ScalarOp.Conj, 1, a => a[0], z => Complex.Conjugate(z[0]), (n, g) => [Conj(g)], 1);
        yield return new(ScalarOp.HippoLegsLambda, 2, null, z => HippoLegs.Lambda((int)z[0].Real, (int)z[1].Real), null, 1000);
        yield return new(ScalarOp.Atan2, 2, a => Math.Atan2(a[0], a[1]), null, null, 30);
        yield return new(ScalarOp.HippoLegsFrequency, 2, a => HippoLegs.Frequency((int)a[0], (int)a[1]), null, null, 1000);
        yield return new(ScalarOp.HippoLegsP, 2, a => HippoLegs.P((int)a[0], (int)a[1]), null, null, 1000);
    }

    /// <summary>conj on complex values, nothing on reals.</summary>
    private static Scalar Conj(Scalar a) =>
        a.Type != ElementType.Complex ? a
        : a is ApplyScalar { Op: ScalarOp.Conj } twice ? twice.Arguments[0]
        : a is ConstantScalar c ? c with { Imaginary = -c.Imaginary }
        : Apply(ScalarOp.Conj, ElementType.Complex, a);

    private static Scalar Unary(ScalarOp op, Scalar a) => Apply(op, a.Type, a);

    private static Scalar Constant(ElementType type, double value) => new ConstantScalar(value, 0, type);

    private static ScalarRow Function(ScalarOp op, Func<double, double> evaluate, Func<ApplyScalar, Scalar> derivative, int cost) =>
        new(op, 1, a => evaluate(a[0]), null, (n, g) => [Multiply(g, derivative(n))], cost);

    private static double Truth(bool value) => value ? 1 : 0;

    private static Complex WholePower(Complex z, int n)
    {
        Complex power = 1;
        for (int i = Math.Abs(n); i > 0; i >>= 1, z *= z)
        {
            if ((i & 1) != 0) power *= z;
        }

        return n < 0 ? 1 / power : power;
    }

    /// <summary>The root with a real part of at least 0, without cancellation on either side.</summary>
    private static Complex PrincipalRoot(Complex z)
    {
        double size = Complex.Abs(z);
        if (size == 0) return 0;
        double half = Math.Sqrt((size + Math.Abs(z.Real)) / 2), other = z.Imaginary / (2 * half);
        return z.Real >= 0 ? new Complex(half, other) : new Complex(Math.Abs(other), z.Imaginary < 0 ? -half : half);
    }

    /// <summary>a^b: g·b·a^(b-1) and g·log(a)·a^b; where b is constant nothing is taken of the logarithm.</summary>
    private static Scalar[] PowerAdjoint(ApplyScalar n, Scalar g)
    {
        (Scalar a, Scalar b) = (n.Arguments[0], n.Arguments[1]);
        Scalar less = Subtract(b, One(b.Type));
        Scalar byBase = Multiply(b, Apply(ScalarOp.Power, n.Type, a, less));
        Scalar byExponent = b is ConstantScalar ? Zero(n.Type) : Multiply(Apply(ScalarOp.Log, n.Type, a), n);
        return [Multiply(g, Conj(byBase)), Multiply(g, Conj(byExponent))];
    }

    private static Scalar[] PowerIntegerAdjoint(ApplyScalar n, Scalar g)
    {
        int exponent = (int)((ConstantScalar)n.Arguments[1]).Real;
        Scalar less = exponent switch
        {
            0 => Zero(n.Type),
            1 => One(n.Type),
            2 => n.Arguments[0],
            _ => Apply(ScalarOp.PowerInteger, n.Type, n.Arguments[0], Int(exponent - 1)),
        };
        return [Multiply(g, Conj(Multiply(Constant(n.Type, exponent), less))), Zero(ElementType.Int)];
    }

    /// <summary>Real: g·sign(a). Complex: g·z/|z|, 0 at 0.</summary>
    private static Scalar[] AbsAdjoint(ApplyScalar n, Scalar g)
    {
        Scalar a = n.Arguments[0];
        if (a.Type != ElementType.Complex) return [Multiply(g, Unary(ScalarOp.Sign, a))];
        Scalar scaled = Apply(ScalarOp.ToComplex, ElementType.Complex, Divide(g, n));
        return [Scalars.Select(Compare(ScalarOp.Equal, n, Real(0)), Zero(ElementType.Complex), Multiply(scaled, a))];
    }

    /// <summary>The adjoint goes to the argument that was chosen: at a tie to the first, and to none if one of them is a constant.</summary>
    private static Scalar[] ExtremeAdjoint(ScalarOp strict, ScalarOp loose, ApplyScalar n, Scalar g)
    {
        (Scalar a, Scalar b) = (n.Arguments[0], n.Arguments[1]);
        if (n.Type == ElementType.Int) return [Zero(n.Type), Zero(n.Type)];
        bool hasConstant = IsConstantInSource(a) || IsConstantInSource(b);
        Scalar first = Compare(hasConstant ? strict : loose, a, b), second = Compare(strict, b, a), none = Zero(n.Type);
        return [Scalars.Select(first, g, none), Scalars.Select(second, g, none)];
    }

    /// <summary>Literals, consts, dimensions and hyperparameters; not what depends on an index or a tensor.</summary>
    private static bool IsConstantInSource(Scalar scalar) =>
        scalar.All().All(s => s is ConstantScalar or ApplyScalar || s is IndexScalar { Value.Terms.IsEmpty: true });
}
