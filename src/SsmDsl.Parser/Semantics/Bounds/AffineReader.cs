namespace SsmDsl.Semantics;

/// <summary>Reads affine forms out of int expressions.</summary>
public static class AffineReader
{
    /// <summary>
    /// The form of an int expression over indices (their <see cref="IndexSymbol"/> is the key of the variable), or null if it is
    /// not affine: it reads a tensor, multiplies indices, or divides by anything but a size.
    /// </summary>
    public static AffineForm? TryRead(CheckedExpression expression) => expression switch
    {
        { Type: not ElementType.Int } => null,
        ConstantExpression c => (long)c.Real,
        IndexExpression i => i.Index.Position,
        DimensionExpression d => d.Value,
        OperationExpression { Arguments.Length: 1 } o => o.Op == ScalarOp.Negate && TryRead(o.Arguments[0]) is { } a ? -a : null,
        OperationExpression { Arguments.Length: 2 } o =>
            TryRead(o.Arguments[0]) is { } a && TryRead(o.Arguments[1]) is { } b ? Combine(o.Op, a, b) : null,
        _ => null,
    };

    private static AffineForm? Combine(ScalarOp op, AffineForm a, AffineForm b) => op switch
    {
        ScalarOp.Add => a + b,
        ScalarOp.Subtract => a - b,
        ScalarOp.Multiply => b.IsConstant ? a * b.Offset : a.IsConstant ? b * a.Offset : null,
        ScalarOp.Div when IsDivisor(b) => AffineForm.Div(a, b.Offset),
        ScalarOp.Mod when IsDivisor(b) => AffineForm.Mod(a, b.Offset),
        _ => null,
    };

    private static bool IsDivisor(AffineForm form) =>
        form.IsConstant && !form.Offset.IsFraction && !DimSign.IsNonpositive(form.Offset, SizeAssumptions.AtLeastOne);
}
