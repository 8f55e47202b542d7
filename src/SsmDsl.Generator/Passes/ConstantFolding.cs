using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Passes;

/// <summary>The values of operations on constants. Null: left to run time.</summary>
internal static class ConstantFolding
{
    public static ConstantScalar? Evaluate(ScalarOp op, ImmutableArray<Scalar> arguments, ElementType type)
    {
        if (!arguments.All(a => a is ConstantScalar { Type: not ElementType.Complex })) return null;
        double x = ((ConstantScalar)arguments[0]).Real;
        double y = arguments.Length > 1 ? ((ConstantScalar)arguments[1]).Real : 0;
        double? value = type switch
        {
            ElementType.Bool => Compare(op, x, y),
            ElementType.Int => Int(op, x, y),
            ElementType.Real => Real(op, x, y),
            _ => op == ScalarOp.ToComplex ? x : null,
        };
        return value is { } v ? new ConstantScalar(v, 0, type) : null;
    }

    private static double? Compare(ScalarOp op, double x, double y) => op switch
    {
        ScalarOp.Equal => Bool(x == y),
        ScalarOp.NotEqual => Bool(x != y),
        ScalarOp.Less => Bool(x < y),
        ScalarOp.LessOrEqual => Bool(x <= y),
        ScalarOp.Greater => Bool(x > y),
        ScalarOp.GreaterOrEqual => Bool(x >= y),
        ScalarOp.And => Bool(x != 0 && y != 0),
        ScalarOp.Or => Bool(x != 0 || y != 0),
        ScalarOp.Not => Bool(x == 0),
        _ => null,
    };

    private static double? Int(ScalarOp op, double x, double y)
    {
        double? value = op switch
        {
            ScalarOp.Negate => -x,
            ScalarOp.Add => x + y,
            ScalarOp.Subtract => x - y,
            ScalarOp.Multiply => x * y,
            ScalarOp.Div when y > 0 => Math.Floor(x / y),
            ScalarOp.Mod when y > 0 => x - y * Math.Floor(x / y),
            ScalarOp.PowerInteger when y >= 0 => Math.Pow(x, y),
            ScalarOp.Abs => Math.Abs(x),
            ScalarOp.Sign => Math.Sign(x),
            ScalarOp.Min => Math.Min(x, y),
            ScalarOp.Max => Math.Max(x, y),
            _ => null,
        };
        // what leaves 32 bits is left to run time
        return value is >= int.MinValue and <= int.MaxValue ? value : null;
    }

    private static double? Real(ScalarOp op, double x, double y) => op switch
    {
        ScalarOp.ToReal or ScalarOp.Re or ScalarOp.Conj => x,
        ScalarOp.Negate => -x,
        ScalarOp.Add => x + y,
        ScalarOp.Subtract => x - y,
        ScalarOp.Multiply => x * y,
        ScalarOp.Divide => x / y,
        ScalarOp.Power or ScalarOp.PowerInteger => Math.Pow(x, y),
        ScalarOp.Exp => Math.Exp(x),
        ScalarOp.Log => Math.Log(x),
        ScalarOp.Sqrt => Math.Sqrt(x),
        ScalarOp.Sin => Math.Sin(x),
        ScalarOp.Cos => Math.Cos(x),
        ScalarOp.Tanh => Math.Tanh(x),
        ScalarOp.Abs => Math.Abs(x),
        ScalarOp.Sign => double.IsNaN(x) ? x : Math.Sign(x),
        ScalarOp.Floor => Math.Floor(x),
        ScalarOp.Min => Math.Min(x, y),
        ScalarOp.Max => Math.Max(x, y),
        _ => null,
    };

    private static double Bool(bool value) => value ? 1 : 0;
}
