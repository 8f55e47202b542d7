using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

internal sealed partial class KernelBuilder
{
    /// <param name="isNested">Other equations that run in the same loop may use the result.</param>
    private void LowerEquation(Equation equation, bool isNested = false) => Within(equation, () =>
    {
        if (equation.Accumulate) Loop(equation.Axes, false, () => LowerAccumulation(equation));
        else Loop(equation.Axes, false, () => LowerStore(equation, isNested), LoopOrder.Parallel);
    });

    /// <summary>Maps of the elements of a tensor, each of which may read what those before it have written.</summary>
    /// <returns>The variable that has the element: it is declared first.</returns>
    public Variable LowerMaps(Equation source, ImmutableArray<Equation> maps)
    {
        (Variable pointer, Place offset) = Address(source.Target, source.Left, [.. source.Left.Select(Lower)]);
        Variable value = Declare(source.Target.Name, new ElementValue(pointer, offset));
        current.Name("s" + facts.Of(ElementOf(source)).Number, value);
        foreach (Equation map in maps) LowerEquation(map, isNested: true);
        return value;
    }

    /// <summary>One term of a sum whose loop is open.</summary>
    private void LowerTerm(Equation equation, Variable total) => Within(equation, () =>
        current.Statements.Add(new AssignStatement(total, Apply(ScalarOp.Add, new VariableValue(total), Lower(equation.Body)))));

    private void Within(Equation equation, Action lower)
    {
        Scope scope = Open(ScopeKind.Equation, [], false);
        if (equation.Comment is { } comment) current.Statements.Add(new CommentStatement(comment));
        UseCounts saved = uses;
        uses = UseCounts.Of(facts, [equation.Body, equation.Guard, equation.Reduction?.Condition], equation.Left);
        lower();
        uses = saved;
        current = scope.Parent!;
    }

    private void LowerStore(Equation equation, bool isNested)
    {
        Value value = equation.Guard is null
            ? LowerRightSide(equation)
            : Choose(Lower(equation.Guard), () => LowerRightSide(equation), () => new ConstantValue(0, equation.Target.Element));
        Store(equation, value, isNested);
    }

    private void Store(Equation equation, Value value, bool isNested)
    {
        if (isNested)
        {
            // The next equations of the loop find it under the name of the element.
            Variable result = value is VariableValue v ? v.Variable : Declare(equation.Target.Name, value);
            Scope loop = current.Kind == ScopeKind.Equation ? current.Parent! : current;
            loop.Name("s" + facts.Of(ElementOf(equation)).Number, result);
            value = new VariableValue(result);
        }

        (Variable pointer, Place offset) = Address(equation.Target, equation.Left, [.. equation.Left.Select(Lower)]);
        current.Statements.Add(new StoreStatement(pointer, offset, value));
    }

    private static LoadScalar ElementOf(Equation equation) => new(equation.Target, equation.Left, [.. equation.Left.Select(_ => AxisAccess.InRange)]);

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
