using System.Collections.Immutable;

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
        var open = new Stack<Place>();
        open.Push(new Place(expression, guards, scope));
        while (open.Count > 0)
        {
            Place next = open.Pop();
            if (next.Expression is ReadExpression read) yield return new ReadSite(read, next.Guards, next.Scope);
            PushParts(next, open);
        }
    }

    private readonly record struct Place(CheckedExpression Expression, Guards Guards, ImmutableArray<IndexSymbol> Scope)
    {
        public Place At(CheckedExpression below) => this with { Expression = below };

        public Place Where(CheckedExpression below, CheckedExpression condition, bool holds) => new(below, Guards.And(Guards.From(condition, holds)), Scope);
    }

    /// <summary>What is directly below, the first on top.</summary>
    private static void PushParts(Place place, Stack<Place> open)
    {
        switch (place.Expression)
        {
            case ConditionalExpression c:
                open.Push(place.Where(c.Else, c.Condition, false));
                open.Push(place.Where(c.Then, c.Condition, true));
                open.Push(place.At(c.Condition));
                break;
            case OperationExpression { Op: ScalarOp.And or ScalarOp.Or } o:
                open.Push(place.Where(o.Arguments[1], o.Arguments[0], o.Op == ScalarOp.And));
                open.Push(place.At(o.Arguments[0]));
                break;
            case ReduceExpression r:
                PushReduced(r.Condition, r.Body, place with { Scope = place.Scope.AddRange(r.Indices) }, open);
                break;
            case SoftmaxExpression s:
                PushReduced(s.Condition, s.Body, place with { Scope = place.Scope.AddRange(s.Inner) }, open);
                break;
            default:
                ImmutableArray<CheckedExpression> parts = place.Expression.Parts();
                for (int i = parts.Length - 1; i >= 0; i--) open.Push(place.At(parts[i]));
                break;
        }
    }

    private static void PushReduced(CheckedExpression? condition, CheckedExpression body, Place within, Stack<Place> open)
    {
        open.Push(condition is null ? within.At(body) : within.Where(body, condition, true));
        if (condition is not null) open.Push(within.At(condition));
    }
}
