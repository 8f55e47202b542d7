using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>The spelling of scalar operations in lanes: operators and intrinsics, calls only where there are none.</summary>
internal static class LaneOperationText
{
    public static CSharp Of(OperationValue operation, CSharp[] a, LaneDialect dialect) => operation.Op switch
    {
        ScalarOp.ToReal => ToReal(operation.Arguments[0].Type, a[0], dialect),
        ScalarOp.Negate => new($"-{a[0].At(Precedence.Primary)}", Precedence.Unary),
        ScalarOp.Add => CSharp.Binary(a[0], "+", a[1], Precedence.Additive),
        ScalarOp.Subtract => CSharp.Binary(a[0], "-", a[1], Precedence.Additive),
        ScalarOp.Multiply => CSharp.Binary(a[0], "*", a[1], Precedence.Multiplicative),
        ScalarOp.Divide => CSharp.Binary(a[0], "/", a[1], Precedence.Multiplicative),
        ScalarOp.Equal or ScalarOp.NotEqual or ScalarOp.Less or ScalarOp.LessOrEqual or ScalarOp.Greater or ScalarOp.GreaterOrEqual =>
            Compare(operation, a, dialect),
        ScalarOp.And => Bitwise(a[0], "&", a[1]),
        ScalarOp.Or => Bitwise(a[0], "|", a[1]),
        ScalarOp.Not => new($"~{a[0].At(Precedence.Unary)}", Precedence.Unary),
        ScalarOp.Min or ScalarOp.Max or ScalarOp.Abs or ScalarOp.Sqrt or ScalarOp.Floor => dialect.Call(operation.Op.ToString(), a),
        ScalarOp.Exp or ScalarOp.Log or ScalarOp.Log1p or ScalarOp.Expm1 or ScalarOp.Sin or ScalarOp.Cos or ScalarOp.Tanh or ScalarOp.Sigmoid
            or ScalarOp.Softplus or ScalarOp.Erf or ScalarOp.Sign or ScalarOp.Power or ScalarOp.Atan2 =>
            dialect.CallFunction(operation.Op, a),
        _ => throw new NotSupportedException($"{operation.Op} in lanes"),
    };

    /// <summary>In parentheses: bitwise operators bind less than comparisons, which is never wanted here.</summary>
    private static CSharp Bitwise(CSharp a, string op, CSharp b) =>
        new($"({a.At(Precedence.Additive)} {op} {b.At(Precedence.Additive)})", Precedence.Primary);

    private static CSharp ToReal(ElementType from, CSharp a, LaneDialect dialect) => from switch
    {
        ElementType.Bool => Bitwise(a, "&", CSharp.Name($"{dialect.Vector}.One")),
        ElementType.Int => dialect.Call("ConvertToSingle", a),
        _ => a,
    };

    private static CSharp Compare(OperationValue operation, CSharp[] a, LaneDialect dialect)
    {
        ElementType type = operation.Arguments[0].Type;
        if (type == ElementType.Bool)
        {
            CSharp differ = Bitwise(a[0], "^", a[1]);
            return operation.Op == ScalarOp.NotEqual ? differ : new($"~{differ}", Precedence.Unary);
        }

        CSharp found = dialect.Call(
            operation.Op switch
            {
                ScalarOp.Less => "LessThan",
                ScalarOp.LessOrEqual => "LessThanOrEqual",
                ScalarOp.Greater => "GreaterThan",
                ScalarOp.GreaterOrEqual => "GreaterThanOrEqual",
                _ => "Equals",
            },
            a);
        if (type == ElementType.Int) found = dialect.Call("AsSingle", found);
        return operation.Op == ScalarOp.NotEqual ? new($"~{found}", Precedence.Unary) : found;
    }
}
