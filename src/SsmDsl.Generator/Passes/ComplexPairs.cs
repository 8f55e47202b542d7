using SsmDsl.Ir;
using SsmDsl.Semantics;
using static SsmDsl.Ir.Scalars;

namespace SsmDsl.Passes;

/// <summary>A complex scalar as two real ones.</summary>
internal sealed record ScalarPair(Scalar Re, Scalar Im);

/// <summary>Complex formulas over pairs of reals, with the scalings that keep them from overflowing early.</summary>
/// <param name="load">The parts of an element of a complex tensor; indices have been rewritten already.</param>
internal sealed class ComplexPairs(Func<LoadScalar, ScalarPair> load)
{
    /// <summary>A real, int or bool expression without complex parts.</summary>
    public Scalar OfReal(Scalar scalar)
    {
        switch (scalar)
        {
            case ApplyScalar a when a.Arguments.Any(x => x.Type == ElementType.Complex):
                ScalarPair[] z = [.. a.Arguments.Select(OfComplex)];
                return a.Op switch
                {
                    ScalarOp.Re => z[0].Re,
                    ScalarOp.Im => z[0].Im,
                    ScalarOp.Abs => Size(z[0]),
                    ScalarOp.Equal => And(Compare(ScalarOp.Equal, z[0].Re, z[1].Re), Compare(ScalarOp.Equal, z[0].Im, z[1].Im)),
                    ScalarOp.NotEqual => Apply(ScalarOp.Or, ElementType.Bool,
                        Compare(ScalarOp.NotEqual, z[0].Re, z[1].Re), Compare(ScalarOp.NotEqual, z[0].Im, z[1].Im)),
                    _ => throw new InvalidOperationException($"{a.Op} of a complex number is no real one"),
                };
            case ApplyScalar a: return Apply(a.Op, a.Type, [.. a.Arguments.Select(OfReal)]);
            case SelectScalar s: return Select(OfReal(s.Condition), OfReal(s.Then), OfReal(s.Else));
            case LoadScalar l: return l with { Indices = [.. l.Indices.Select(OfIndex)] };
            case IndexScalar i: return new IndexScalar(OfIndex(i.Value));
            case DrawScalar d: return d with { Indices = [.. d.Indices.Select(i => i with { Value = OfReal(i.Value) })] };
            default: return scalar;
        }
    }

    public Ir.Index OfIndex(Ir.Index index) => index.MapLookups(s => s);

    public ScalarPair OfComplex(Scalar scalar)
    {
        if (scalar.Type != ElementType.Complex) return new ScalarPair(OfReal(scalar), Real(0));
        switch (scalar)
        {
            case ConstantScalar c: return new ScalarPair(Real(c.Real), Real(c.Imaginary));
            case LoadScalar l: return load(l);
            case SelectScalar s:
                (Scalar condition, ScalarPair then, ScalarPair otherwise) = (OfReal(s.Condition), OfComplex(s.Then), OfComplex(s.Else));
                return new ScalarPair(Select(condition, then.Re, otherwise.Re), Select(condition, then.Im, otherwise.Im));
            case ApplyScalar { Op: ScalarOp.ToComplex } a: return new ScalarPair(OfReal(a.Arguments[0]), Real(0));
            case ApplyScalar { Op: ScalarOp.HippoLegsLambda } a:
                return new ScalarPair(Real(-0.5), Apply(ScalarOp.HippoLegsFrequency, ElementType.Real, [.. a.Arguments.Select(OfReal)]));
            case ApplyScalar { Op: ScalarOp.PowerInteger } a: return WholePower(OfComplex(a.Arguments[0]), (int)((ConstantScalar)a.Arguments[1]).Real);
            case ApplyScalar a: return Operation(a.Op, [.. a.Arguments.Select(OfComplex)]);
            default: throw new InvalidOperationException($"{scalar.GetType().Name} is not complex");
        }
    }

    private static ScalarPair Operation(ScalarOp op, ScalarPair[] z) => op switch
    {
        ScalarOp.Negate => new ScalarPair(Negate(z[0].Re), Negate(z[0].Im)),
        ScalarOp.Add => new ScalarPair(Add(z[0].Re, z[1].Re), Add(z[0].Im, z[1].Im)),
        ScalarOp.Subtract => new ScalarPair(Subtract(z[0].Re, z[1].Re), Subtract(z[0].Im, z[1].Im)),
        ScalarOp.Multiply => Product(z[0], z[1]),
        ScalarOp.Divide => Quotient(z[0], z[1]),
        ScalarOp.Conj => new ScalarPair(z[0].Re, Negate(z[0].Im)),
        ScalarOp.Exp => Exp(z[0]),
        ScalarOp.Log => Log(z[0]),
        ScalarOp.Sqrt => Root(z[0]),
        ScalarOp.Power => Power(z[0], z[1]),
        _ => throw new InvalidOperationException($"{op} has no complex form"),
    };

    private static ScalarPair Product(ScalarPair a, ScalarPair b) => new(
        Subtract(Multiply(a.Re, b.Re), Multiply(a.Im, b.Im)),
        Add(Multiply(a.Re, b.Im), Multiply(a.Im, b.Re)));

    /// <summary>a / b with b scaled by its larger part (after Smith, 1962).</summary>
    private static ScalarPair Quotient(ScalarPair a, ScalarPair b)
    {
        if (b.Im.IsConstant(0)) return new ScalarPair(Divide(a.Re, b.Re), Divide(a.Im, b.Re));
        Scalar scale = Function(ScalarOp.Max, Function(ScalarOp.Abs, b.Re), Function(ScalarOp.Abs, b.Im));
        (Scalar re, Scalar im) = (Divide(b.Re, scale), Divide(b.Im, scale));
        Scalar size = Add(Multiply(b.Re, re), Multiply(b.Im, im));
        return new ScalarPair(
            Divide(Add(Multiply(a.Re, re), Multiply(a.Im, im)), size),
            Divide(Subtract(Multiply(a.Im, re), Multiply(a.Re, im)), size));
    }

    private static ScalarPair Exp(ScalarPair z)
    {
        Scalar size = Function(ScalarOp.Exp, z.Re);
        return new ScalarPair(Multiply(size, Function(ScalarOp.Cos, z.Im)), Multiply(size, Function(ScalarOp.Sin, z.Im)));
    }

    private static ScalarPair Log(ScalarPair z) => new(Function(ScalarOp.Log, Size(z)), Function(ScalarOp.Atan2, z.Im, z.Re));

    /// <summary>|z| = m·√(1 + (n/m)²) with m the larger and n the smaller part.</summary>
    private static Scalar Size(ScalarPair z)
    {
        (Scalar a, Scalar b) = (Function(ScalarOp.Abs, z.Re), Function(ScalarOp.Abs, z.Im));
        if (z.Im.IsConstant(0)) return a;
        (Scalar more, Scalar less) = (Function(ScalarOp.Max, a, b), Function(ScalarOp.Min, a, b));
        Scalar ratio = Divide(less, more);
        Scalar size = Multiply(more, Function(ScalarOp.Sqrt, Add(Real(1), Multiply(ratio, ratio))));
        return Select(Compare(ScalarOp.Equal, more, Real(0)), Real(0), size);
    }

    /// <summary>The root with a real part of at least 0: s = √((|z| + |Re z|)/2) is one part, Im z/2s the other.</summary>
    private static ScalarPair Root(ScalarPair z)
    {
        Scalar size = Size(z);
        Scalar half = Function(ScalarOp.Sqrt, Multiply(Real(0.5), Add(size, Function(ScalarOp.Abs, z.Re))));
        Scalar other = Divide(Multiply(Real(0.5), z.Im), half);
        Scalar isRight = Compare(ScalarOp.GreaterOrEqual, z.Re, Real(0)), isZero = Compare(ScalarOp.Equal, size, Real(0));
        Scalar signed = Select(Compare(ScalarOp.Less, z.Im, Real(0)), Negate(half), half);
        return new ScalarPair(
            Select(isZero, Real(0), Select(isRight, half, Function(ScalarOp.Abs, other))),
            Select(isZero, Real(0), Select(isRight, other, signed)));
    }

    /// <summary>z^w = exp(w·log z), 0 for z = 0.</summary>
    private static ScalarPair Power(ScalarPair z, ScalarPair w)
    {
        ScalarPair power = Exp(Product(w, Log(z)));
        Scalar isZero = Compare(ScalarOp.Equal, Size(z), Real(0));
        return new ScalarPair(Select(isZero, Real(0), power.Re), Select(isZero, Real(0), power.Im));
    }

    private static ScalarPair WholePower(ScalarPair z, int n)
    {
        ScalarPair? power = null;
        for (int left = Math.Abs(n); left > 0; left >>= 1)
        {
            if ((left & 1) != 0) power = power is null ? z : Product(power, z);
            if (left > 1) z = Product(z, z);
        }

        var one = new ScalarPair(Real(1), Real(0));
        return power is null ? one : n < 0 ? Quotient(one, power) : power;
    }

    private static Scalar Function(ScalarOp op, params Scalar[] arguments) => Apply(op, ElementType.Real, arguments);
}
