using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>What of an expression is proportional to some of its reads, with others in the place of these.</summary>
/// <param name="isState">Whether a read is such a one.</param>
/// <param name="replace">What stands for such a read.</param>
internal sealed class LinearPart(Func<LoadScalar, bool> isState, Func<LoadScalar, Scalar> replace)
{
    /// <summary>0 where there is no such read; null if the expression is not linear in them.</summary>
    public Scalar? Of(Scalar scalar)
    {
        if (!Depends(scalar)) return Scalars.Zero(scalar.Type);
        return scalar switch
        {
            LoadScalar load => isState(load) && !load.Parts().Any(Depends) ? replace(load) : null,
            SelectScalar s => Depends(s.Condition) ? null : Both(s.Then, s.Else, (a, b) => Scalars.Select(s.Condition, a, b)),
            ApplyScalar { Op: ScalarOp.Add } a => Both(a.Arguments[0], a.Arguments[1], Scalars.Add),
            ApplyScalar { Op: ScalarOp.Subtract } a => Both(a.Arguments[0], a.Arguments[1], Scalars.Subtract),
            ApplyScalar { Op: ScalarOp.Negate } a => Of(a.Arguments[0]) is { } part ? Scalars.Negate(part) : null,
            ApplyScalar { Op: ScalarOp.Divide } a => !Depends(a.Arguments[1]) && Of(a.Arguments[0]) is { } part ? Scalars.Divide(part, a.Arguments[1]) : null,
            ApplyScalar { Op: ScalarOp.Multiply } a when !Depends(a.Arguments[1]) => Of(a.Arguments[0]) is { } part ? Scalars.Multiply(part, a.Arguments[1]) : null,
            ApplyScalar { Op: ScalarOp.Multiply } a when !Depends(a.Arguments[0]) => Of(a.Arguments[1]) is { } part ? Scalars.Multiply(a.Arguments[0], part) : null,
            _ => null,
        };
    }

    public bool Depends(Scalar? scalar) => scalar is not null && scalar.Loads().Any(isState);

    private Scalar? Both(Scalar a, Scalar b, Func<Scalar, Scalar, Scalar> join) => Of(a) is { } left && Of(b) is { } right ? join(left, right) : null;
}
