using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Sums within a vector lane in several parts side by side, since each addition to a total waits for the one before:
/// Σ_j f(j) = (Σ f(4j) + Σ f(4j+1)) + (Σ f(4j+2) + Σ f(4j+3)).
/// </summary>
internal static class PartialSums
{
    private const int Parts = 4;

    /// <summary>A body of a loop in lanes.</summary>
    public static ImmutableArray<Statement> Of(ImmutableArray<Statement> body) => [.. body.SelectMany(Of)];

    private static IEnumerable<Statement> Of(Statement statement) => statement switch
    {
        BranchStatement b => [b with { Then = Of(b.Then), Else = Of(b.Else) }],
        LoopStatement loop when TotalOf(loop) is { } total => InParts(loop, total),
        LoopStatement loop => [loop with { Body = Of(loop.Body) }],
        _ => [statement],
    };

    /// <summary>The one variable from outside that a loop without other effects adds to, if its length can be cut into parts.</summary>
    private static Variable? TotalOf(LoopStatement loop)
    {
        if (loop is not { Order: LoopOrder.Reduction, Lanes: null, Reversed: false } || !StatementCopy.Can(loop.Body)) return null;
        if (!loop.Size.TryGetConstant(out long size) || size < 2 * Parts || size % Parts != 0) return null;
        HashSet<Variable> inner = [.. Declared(loop.Body)];
        AssignStatement[] totals = [.. Assigned(loop.Body).Where(a => !inner.Contains(a.Variable))];
        return totals.Length == 1 && totals[0] is { Value: OperationValue { Op: ScalarOp.Add, Type: ElementType.Real } sum } only
            && sum.Arguments[0] is VariableValue { Variable: var added } && added == only.Variable ? only.Variable : null;
    }

    private static IEnumerable<Statement> InParts(LoopStatement loop, Variable total)
    {
        loop.Size.TryGetConstant(out long size);
        var counter = Variable.Position(loop.Counter.Hint);
        Variable[] totals = [total, .. Enumerable.Range(1, Parts - 1).Select(_ => new Variable(total.Hint, total.Kind, total.Element))];
        var body = ImmutableArray.CreateBuilder<Statement>();
        for (int part = 0; part < Parts; part++)
        {
            var position = Variable.Position(loop.Counter.Hint);
            body.Add(new LetPlaceStatement(position, new SumSource(Place.Of(counter).Times(Parts).Plus(part))));
            body.AddRange(new StatementCopy(new Dictionary<Variable, Variable> { [loop.Counter] = position, [total] = totals[part] }).Of(loop.Body));
        }

        return
        [
            .. totals.Skip(1).Select(t => new LetStatement(t, new ConstantValue(0, ElementType.Real))),
            loop with { Counter = counter, Size = size / Parts, Body = body.ToImmutable() },
            new AssignStatement(total, Sum(Sum(Read(totals[0]), Read(totals[1])), Sum(Read(totals[2]), Read(totals[3])))),
        ];
    }

    private static Value Read(Variable variable) => new VariableValue(variable);

    private static Value Sum(Value a, Value b) => new OperationValue(ScalarOp.Add, [a, b], ElementType.Real);

    private static IEnumerable<Variable> Declared(ImmutableArray<Statement> statements) => statements.SelectMany(s => s switch
    {
        LetStatement l => [l.Variable],
        DeclareStatement d => [d.Variable],
        BranchStatement b => Declared(b.Then).Concat(Declared(b.Else)),
        _ => Enumerable.Empty<Variable>(),
    });

    private static IEnumerable<AssignStatement> Assigned(ImmutableArray<Statement> statements) => statements.SelectMany(s => s switch
    {
        AssignStatement a => [a],
        BranchStatement b => Assigned(b.Then).Concat(Assigned(b.Else)),
        _ => Enumerable.Empty<AssignStatement>(),
    });
}
