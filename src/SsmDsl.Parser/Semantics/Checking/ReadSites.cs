using System.Collections.Immutable;
using SsmDsl.Checks;

namespace SsmDsl.Semantics.Checking;

/// <summary>A read of a tensor, what is known where it is evaluated, and the indices in scope.</summary>
internal sealed record ReadSite(ReadExpression Read, Guards Guards, ImmutableArray<IndexSymbol> Scope);

/// <summary>Finds all reads in statements.</summary>
internal static class ReadSites
{
    public static IEnumerable<ReadSite> Of(CheckedStatement statement, ImmutableArray<IndexSymbol> around) => statement switch
    {
        CheckedEquation e => e.Left.Append(e.Value).SelectMany(x => Of(x, Guards.None, around.AddRange(e.Axes))),
        CheckedParameter p => Of(p.Init, Guards.None, around.AddRange(p.Axes)),
        CheckedLoss l => Of(l.Value, Guards.None, around),
        CheckedMetric m => Of(m.Value, Guards.None, around),
        CheckedRepeat r => r.Body.SelectMany(s => Of(s, around.Add(r.Copy))),
        _ => [],
    };

    public static IEnumerable<ReadSite> Of(CheckedExpression expression, Guards guards, ImmutableArray<IndexSymbol> scope)
    {
        var open = new Stack<(CheckedExpression Expression, Guards Guards, ImmutableArray<IndexSymbol> Scope)>();
        open.Push((expression, guards, scope));
        while (open.Count > 0)
        {
            var (next, known, indices) = open.Pop();
            if (next is ReadExpression read) yield return new ReadSite(read, known, indices);
            foreach (var below in Below(next, known, indices).Reverse()) open.Push(below);
        }
    }

    private static IEnumerable<(CheckedExpression, Guards, ImmutableArray<IndexSymbol>)> Below(
        CheckedExpression expression, Guards guards, ImmutableArray<IndexSymbol> scope)
    {
        switch (expression)
        {
            case ConditionalExpression c:
                return
                [
                    (c.Condition, guards, scope),
                    (c.Then, guards.And(Guards.From(c.Condition, true)), scope),
                    (c.Else, guards.And(Guards.From(c.Condition, false)), scope),
                ];
            case OperationExpression { Op: ScalarOp.And or ScalarOp.Or } o:
                return
                [
                    (o.Arguments[0], guards, scope),
                    (o.Arguments[1], guards.And(Guards.From(o.Arguments[0], o.Op == ScalarOp.And)), scope),
                ];
            case ReduceExpression r:
                return Reduced(r.Condition, r.Body, guards, scope.AddRange(r.Indices));
            case SoftmaxExpression s:
                return Reduced(s.Condition, s.Body, guards, scope.AddRange(s.Inner));
            default:
                return CheckedWalk.Children(expression).Select(child => (child, guards, scope));
        }
    }

    private static IEnumerable<(CheckedExpression, Guards, ImmutableArray<IndexSymbol>)> Reduced(
        CheckedExpression? condition, CheckedExpression body, Guards guards, ImmutableArray<IndexSymbol> scope) =>
        condition is null ? [(body, guards, scope)] : [(condition, guards, scope), (body, guards.And(Guards.From(condition, true)), scope)];
}
