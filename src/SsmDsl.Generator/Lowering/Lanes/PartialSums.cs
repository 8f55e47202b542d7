using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Sums within a vector lane in several parts side by side, since each addition to a total waits for the one before:
/// Σ_j f(j) = (Σ f(4j) + Σ f(4j+1)) + (Σ f(4j+2) + Σ f(4j+3)).
/// </summary>
internal static class PartialSums
{
    private const int Parts = 4, MostTotals = 4;

    /// <summary>A body of a loop in lanes.</summary>
    public static ImmutableArray<Statement> Of(ImmutableArray<Statement> body) => [.. body.SelectMany(Of)];

    private static IEnumerable<Statement> Of(Statement statement) => statement switch
    {
        BranchStatement b => [b with { Then = Of(b.Then), Else = Of(b.Else) }],
        LoopStatement loop when TotalsOf(loop) is { Length: > 0 } totals => InParts(loop, totals),
        LoopStatement loop => [loop with { Body = Of(loop.Body) }],
        _ => [statement],
    };

    /// <summary>The variables from outside that a loop without other effects adds to, if its length can be cut into parts.</summary>
    private static Variable[] TotalsOf(LoopStatement loop)
    {
        if (loop is not { Order: LoopOrder.Reduction, Lanes: null, Reversed: false } || !StatementCopy.Can(loop.Body)) return [];
        if (!loop.Size.TryGetConstant(out long size) || size < 2 * Parts || size % Parts != 0) return [];
        HashSet<Variable> inner = [.. Declared(loop.Body)];
        AssignStatement[] totals = [.. Assigned(loop.Body).Where(a => !inner.Contains(a.Variable))];
        return totals.Length <= MostTotals && totals.Select(t => t.Variable).Distinct().Count() == totals.Length && totals.All(IsSum)
            ? [.. totals.Select(t => t.Variable)] : [];
    }

    private static bool IsSum(AssignStatement assign) =>
        assign.Value is OperationValue { Op: ScalarOp.Add, Type: ElementType.Real } sum && sum.Arguments[0] is VariableValue { Variable: var added } && added == assign.Variable;

    private static IEnumerable<Statement> InParts(LoopStatement loop, Variable[] totals)
    {
        loop.Size.TryGetConstant(out long size);
        var counter = Variable.Position(loop.Counter.Hint);
        Variable[][] all = [.. totals.Select<Variable, Variable[]>(t => [t, .. Enumerable.Range(1, Parts - 1).Select(_ => new Variable(t.Hint, t.Kind, t.Element))])];
        var body = ImmutableArray.CreateBuilder<Statement>();
        for (int part = 0; part < Parts; part++)
        {
            var position = Variable.Position(loop.Counter.Hint);
            body.Add(new LetPlaceStatement(position, new SumSource(Place.Of(counter).Times(Parts).Plus(part))));
            var copy = new StatementCopy(new Dictionary<Variable, Variable> { [loop.Counter] = position });
            for (int i = 0; i < totals.Length; i++) copy.Rename(totals[i], all[i][part]);
            body.AddRange(copy.Of(loop.Body));
        }

        return
        [
            .. all.SelectMany(a => a.Skip(1)).Select(t => new LetStatement(t, new ConstantValue(0, ElementType.Real))),
            loop with { Counter = counter, Size = size / Parts, Body = body.ToImmutable() },
            .. all.Select(a => new AssignStatement(a[0], Sum([.. a.Select(Read)]))),
        ];
    }

    /// <summary>By halves.</summary>
    private static Value Sum(Value[] terms) =>
        terms.Length == 1 ? terms[0] : Sum(Sum([.. terms.Take(terms.Length / 2)]), Sum([.. terms.Skip(terms.Length / 2)]));

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
