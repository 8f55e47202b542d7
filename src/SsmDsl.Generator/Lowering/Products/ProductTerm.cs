using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>A number times two elements.</summary>
internal sealed record ProductTerm(double Factor, LoadScalar Left, LoadScalar Right)
{
    /// <summary>A scalar as a sum of such terms, or null.</summary>
    public static IReadOnlyList<ProductTerm>? Of(Scalar scalar)
    {
        var terms = new List<ProductTerm>();
        return Add(scalar, 1) ? terms : null;

        bool Add(Scalar sum, double sign)
        {
            switch (sum)
            {
                case ApplyScalar { Type: ElementType.Real, Op: ScalarOp.Add } a:
                    return Add(a.Arguments[0], sign) && Add(a.Arguments[1], sign);
                case ApplyScalar { Type: ElementType.Real, Op: ScalarOp.Subtract } a:
                    return Add(a.Arguments[0], sign) && Add(a.Arguments[1], -sign);
                case ApplyScalar { Type: ElementType.Real, Op: ScalarOp.Negate } a:
                    return Add(a.Arguments[0], -sign);
                default:
                    var loads = new List<LoadScalar>();
                    double factor = sign;
                    if (!Multiply(sum, loads, ref factor) || loads.Count != 2) return false;
                    terms.Add(new ProductTerm(factor, loads[0], loads[1]));
                    return true;
            }
        }
    }

    private static bool Multiply(Scalar product, List<LoadScalar> loads, ref double factor)
    {
        switch (product)
        {
            case ApplyScalar { Type: ElementType.Real, Op: ScalarOp.Multiply } a:
                return Multiply(a.Arguments[0], loads, ref factor) && Multiply(a.Arguments[1], loads, ref factor);
            case ApplyScalar { Type: ElementType.Real, Op: ScalarOp.Negate } a:
                factor = -factor;
                return Multiply(a.Arguments[0], loads, ref factor);
            case ConstantScalar { Type: ElementType.Real } c:
                factor *= c.Real;
                return true;
            case LoadScalar { Type: ElementType.Real } l:
                loads.Add(l);
                return true;
            default:
                return false;
        }
    }
}
