using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

internal sealed partial class KernelBuilder
{
    private void LowerEquation(Equation equation)
    {
        Scope scope = Open(ScopeKind.Equation, [], false);
        if (equation.Comment is { } comment) current.Statements.Add(new CommentStatement(comment));
        UseCounts saved = uses;
        uses = UseCounts.Of(facts, [equation.Body, equation.Guard, equation.Reduction?.Condition], equation.Left);
        if (equation.Accumulate) Loop(equation.Axes, false, () => LowerAccumulation(equation));
        else Loop(equation.Axes, false, () => LowerStore(equation), LoopOrder.Parallel);
        uses = saved;
        current = scope.Parent!;
    }

    private void LowerStore(Equation equation)
    {
        Value value = equation.Guard is null
            ? LowerRightSide(equation)
            : Choose(Lower(equation.Guard), () => LowerRightSide(equation), () => new ConstantValue(0, equation.Target.Element));
        (Variable pointer, Place offset) = Address(equation.Target, equation.Left, [.. equation.Left.Select(Lower)]);
        current.Statements.Add(new StoreStatement(pointer, offset, value));
    }

    private Value LowerRightSide(Equation equation) =>
        equation.Reduction is null ? Lower(equation.Body) : LowerReduction(equation);

    private void LowerAccumulation(Equation equation)
    {
        if (equation.Guard is { } guard) Where(Lower(guard), Add);
        else Add();

        void Add()
        {
            Place[] places = [.. equation.Left.Select(Lower)];
            Value? inside = Inside(equation.Target, equation.Left, places, [.. places.Select(_ => true)]);
            if (inside is null) AddInside();
            else Where(inside, AddInside);

            void AddInside()
            {
                Value value = Lower(equation.Body);
                (Variable pointer, Place offset) = Address(equation.Target, equation.Left, places);
                var sum = new OperationValue(ScalarOp.Add, [new ElementValue(pointer, offset), value], value.Type);
                current.Statements.Add(new StoreStatement(pointer, offset, sum));
            }
        }
    }

    private void Where(Value condition, Action body)
    {
        Scope scope = Open(ScopeKind.Branch, [], false);
        body();
        current = scope.Parent!;
        current.Statements.Add(new BranchStatement(condition, [.. scope.Statements], []));
    }
}
