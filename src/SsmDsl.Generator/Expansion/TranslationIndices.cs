using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

internal sealed partial class Translation
{
    /// <summary>An int expression between brackets as a quasi-affine position; what is none is looked up.</summary>
    private Index Position(CheckedExpression expression, Place place)
    {
        switch (expression)
        {
            case ConstantExpression c:
                return Index.Of((long)c.Real);
            case DimensionExpression d:
                return Index.Of(place.Frame.Size(d.Value));
            case IndexExpression i when place.Symbols.TryGetValue(i.Index, out IndexVar? variable):
                return Index.Of(variable);
            case IndexExpression i when place.Frame.CopyOf(i.Index) is { } copy:
                return place.Prefix[copy];
            case HyperExpression h when place.Frame.Hyperparameters[h.Parameter] is { Expression: { } value } hyper:
                return Position(value, place with { Frame = hyper.Frame ?? place.Frame });
            case OperationExpression { Op: ScalarOp.Add } o:
                return Position(o.Arguments[0], place).Plus(Position(o.Arguments[1], place));
            case OperationExpression { Op: ScalarOp.Subtract } o:
                return Position(o.Arguments[0], place).Minus(Position(o.Arguments[1], place));
            case OperationExpression { Op: ScalarOp.Negate } o:
                return Position(o.Arguments[0], place).Times(-1);
            case OperationExpression { Op: ScalarOp.Multiply } o:
                Index x = Position(o.Arguments[0], place), y = Position(o.Arguments[1], place);
                if (x.IsConstant(out long left)) return y.Times(left);
                if (y.IsConstant(out long right)) return x.Times(right);
                break;
            case OperationExpression { Op: ScalarOp.Div or ScalarOp.Mod } o
                when Position(o.Arguments[1], place).IsConstant(out long divisor) && divisor > 0:
                Index dividend = Position(o.Arguments[0], place);
                return o.Op == ScalarOp.Div ? dividend.DividedBy(divisor) : dividend.Modulo(divisor);
            case ConditionalExpression c when Taken(c, place) is var taken && !ReferenceEquals(taken, c):
                return Position(taken, place);
        }

        return Translate(expression, place) switch
        {
            ConstantScalar c => Index.Of((long)c.Real),
            IndexScalar i => i.Value,
            var value => new Index([new IndexTerm(1, new LookupAtom(value))], 0),
        };
    }
}
