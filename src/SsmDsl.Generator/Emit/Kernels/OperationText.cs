using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>The spelling of scalar operations in C#.</summary>
internal static class OperationText
{
    /// <param name="type">Of the result, in C#.</param>
    public static CSharp Of(OperationValue operation, CSharp[] a, string type, ScalarDialect dialect) => operation.Op switch
    {
        ScalarOp.ToReal when operation.Arguments[0].Type == ElementType.Bool => new($"{a[0].At(Precedence.Or)} ? ({type})1 : ({type})0", Precedence.Conditional),
        ScalarOp.ToReal => operation.Arguments[0].Type == ElementType.Real ? a[0] : CSharp.Cast(type, a[0]),
        ScalarOp.Negate => new($"-{a[0].At(Precedence.Primary)}", Precedence.Unary),
        ScalarOp.Add => CSharp.Binary(a[0], "+", a[1], Precedence.Additive),
        ScalarOp.Subtract => CSharp.Binary(a[0], "-", a[1], Precedence.Additive),
        ScalarOp.Multiply => CSharp.Binary(a[0], "*", a[1], Precedence.Multiplicative),
        ScalarOp.Divide => CSharp.Binary(a[0], "/", a[1], Precedence.Multiplicative),
        ScalarOp.Equal => CSharp.Binary(a[0], "==", a[1], Precedence.Equality),
        ScalarOp.NotEqual => CSharp.Binary(a[0], "!=", a[1], Precedence.Equality),
        ScalarOp.Less => CSharp.Binary(a[0], "<", a[1], Precedence.Relational),
        ScalarOp.LessOrEqual => CSharp.Binary(a[0], "<=", a[1], Precedence.Relational),
        ScalarOp.Greater => CSharp.Binary(a[0], ">", a[1], Precedence.Relational),
        ScalarOp.GreaterOrEqual => CSharp.Binary(a[0], ">=", a[1], Precedence.Relational),
        ScalarOp.And => CSharp.Binary(a[0], "&&", a[1], Precedence.And),
        ScalarOp.Or => CSharp.Binary(a[0], "||", a[1], Precedence.Or),
        ScalarOp.Not => new($"!{a[0].At(Precedence.Primary)}", Precedence.Unary),
        ScalarOp.Min or ScalarOp.Max => CSharp.Call($"{dialect.ExtremesOf(operation.Type)}.{operation.Op}", a),
        ScalarOp.Abs when operation.Type == ElementType.Real => CSharp.Call("Math.Abs", a),
        ScalarOp.Div or ScalarOp.Mod => CSharp.Call($"{dialect.Integers}.{operation.Op}", a),
        ScalarOp.Abs or ScalarOp.Sign or ScalarOp.PowerInteger when operation.Type == ElementType.Int => CSharp.Call($"{dialect.Integers}.{operation.Op}", a),
        ScalarOp.Exp or ScalarOp.Log or ScalarOp.Log1p or ScalarOp.Expm1 or ScalarOp.Sqrt or ScalarOp.Sin or ScalarOp.Cos or ScalarOp.Tanh
            or ScalarOp.Sigmoid or ScalarOp.Softplus or ScalarOp.Erf or ScalarOp.Sign or ScalarOp.Floor or ScalarOp.Power or ScalarOp.Atan2
            or ScalarOp.PowerInteger => CSharp.Call($"{dialect.Reals}.{operation.Op}", a),
        ScalarOp.HippoLegsFrequency => CSharp.Call("HippoLegs.Frequency", a),
        ScalarOp.HippoLegsP => CSharp.Call("HippoLegs.P", a),
        _ => throw new NotSupportedException($"{operation.Op} in a lowered program"),
    };
}
