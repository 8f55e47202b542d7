using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

internal sealed partial class KernelBuilder
{
    private Value LowerReduction(Equation equation)
    {
        Reduction reduction = equation.Reduction!;
        ElementType type = equation.Body.Type;
        switch (reduction.Kind)
        {
            case ReduceKind.Sum:
                return Accumulate(reduction, equation.Body, "sum", Constant(0, type), ScalarOp.Add);
            case ReduceKind.Prod:
                return Accumulate(reduction, equation.Body, "product", Constant(1, type), ScalarOp.Multiply);
            case ReduceKind.Max:
                return Accumulate(reduction, equation.Body, "greatest", Constant(Least(type), type), ScalarOp.Max);
            case ReduceKind.Min:
                return Accumulate(reduction, equation.Body, "least", Constant(type == ElementType.Int ? int.MaxValue : double.PositiveInfinity, type), ScalarOp.Min);
            case ReduceKind.LogSumExp:
                return LowerLogSumExp(equation, reduction);
            case ReduceKind.ArgMax:
            case ReduceKind.ArgMin:
                return LowerArg(equation, reduction);
            default:
                throw new NotSupportedException(reduction.Kind.ToString());
        }
    }

    private static ConstantValue Constant(double number, ElementType type) => new(number, type);

    private static double Least(ElementType type) => type == ElementType.Int ? int.MinValue : double.NegativeInfinity;

    private static OperationValue Apply(ScalarOp op, params Value[] arguments) =>
        new(op, [.. arguments], op is >= ScalarOp.Equal and <= ScalarOp.Not ? ElementType.Bool : arguments[0].Type);

    private VariableValue Accumulate(Reduction reduction, Scalar body, string hint, ConstantValue start, ScalarOp op, Func<Value, Value>? map = null)
    {
        Variable total = Declare(hint, start);
        Over(reduction, () =>
        {
            Value term = Lower(body);
            current.Statements.Add(new AssignStatement(total, Apply(op, new VariableValue(total), map is null ? term : map(term))));
        });
        return new VariableValue(total);
    }

    /// <summary>Runs over all that the reduction keeps.</summary>
    private void Over(Reduction reduction, Action body) => Loop(reduction.Axes, false, () =>
    {
        if (reduction.Condition is { } condition) Where(Lower(condition), body);
        else body();
    }, LoopOrder.Reduction);

    /// <summary>m + log(sum exp(x - m)) with m the greatest; where that is infinite or nothing is kept, m itself.</summary>
    private Value LowerLogSumExp(Equation equation, Reduction reduction)
    {
        Value greatest = Accumulate(reduction, equation.Body, "greatest", Constant(double.NegativeInfinity, ElementType.Real), ScalarOp.Max);
        Value isFinite = Apply(ScalarOp.Less, Apply(ScalarOp.Abs, greatest), Constant(double.PositiveInfinity, ElementType.Real));
        return Choose(
            isFinite,
            () =>
            {
                Value sum = Accumulate(reduction, equation.Body, "sum", Constant(0, ElementType.Real), ScalarOp.Add,
                    term => Apply(ScalarOp.Exp, Apply(ScalarOp.Subtract, term, greatest)));
                return Apply(ScalarOp.Add, greatest, Apply(ScalarOp.Log, sum));
            },
            () => greatest);
    }

    /// <summary>The row-major position of the first of the greatest; NaN is greater than every number.</summary>
    private Value LowerArg(Equation equation, Reduction reduction)
    {
        ElementType type = equation.Body.Type;
        ScalarOp better = reduction.Kind == ReduceKind.ArgMax ? ScalarOp.Greater : ScalarOp.Less;
        Variable best = Declare("best", Constant(0, type));
        Variable place = Declare("place", Constant(-1, ElementType.Int));
        Over(reduction, () =>
        {
            Value term = Lower(equation.Body);
            Variable candidate = term is VariableValue v ? v.Variable : Declare("candidate", term);
            Value isFirst = Apply(ScalarOp.Less, new VariableValue(place), Constant(0, ElementType.Int));
            Value isBetter = Apply(better, new VariableValue(candidate), new VariableValue(best));
            if (type == ElementType.Real)
            {
                Value isNan = Apply(ScalarOp.NotEqual, new VariableValue(candidate), new VariableValue(candidate));
                Value wasNan = Apply(ScalarOp.NotEqual, new VariableValue(best), new VariableValue(best));
                isBetter = Apply(ScalarOp.Or, isBetter, Apply(ScalarOp.And, isNan, Apply(ScalarOp.Not, wasNan)));
            }

            Where(Apply(ScalarOp.Or, isFirst, isBetter), () =>
            {
                Place position = Place.Zero;
                foreach (IndexVar axis in reduction.Axes) position = position.Times(axis.Size).Plus(Lower(Index.Of(axis)));
                current.Statements.Add(new AssignStatement(best, new VariableValue(candidate)));
                current.Statements.Add(new AssignStatement(place, new PlaceValue(position)));
            });
        });
        if (reduction.Condition is not null || reduction.Axes.Any(a => !a.Size.IsConstant)) FaultWhereNothingKept(equation, place);
        return new VariableValue(place);
    }

    private void FaultWhereNothingKept(Equation equation, Variable place)
    {
        int check = Check(new RunCheck(equation.Target.Name, null, ""));
        Where(Apply(ScalarOp.Less, new VariableValue(place), Constant(0, ElementType.Int)), () =>
        {
            Place at = RowMajor(equation.Target, [.. equation.Left.Select(Lower)]);
            current.Statements.Add(new FaultStatement(check, at));
            current.Statements.Add(new AssignStatement(place, Constant(0, ElementType.Int)));
        });
    }
}
