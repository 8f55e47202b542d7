using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>What stands in checked expressions and statements.</summary>
public static class CheckedWalk
{
    /// <summary>The expressions directly below, in the order of the text.</summary>
    public static ImmutableArray<CheckedExpression> Parts(this CheckedExpression expression) => expression switch
    {
        ReadExpression r => r.Indices,
        OperationExpression o => o.Arguments,
        ConditionalExpression c => [c.Condition, c.Then, c.Else],
        ReduceExpression r => r.Condition is null ? [r.Body] : [r.Condition, r.Body],
        SoftmaxExpression s => s.Condition is null ? [s.Body] : [s.Condition, s.Body],
        InitialDrawExpression d => [d.First, d.Second],
        _ => [],
    };

    /// <summary>The expression and everything in it, in the order of the text. Without recursion: chains may be long.</summary>
    public static IEnumerable<CheckedExpression> All(this CheckedExpression expression)
    {
        var open = new Stack<CheckedExpression>();
        open.Push(expression);
        while (open.Count > 0)
        {
            CheckedExpression next = open.Pop();
            yield return next;
            ImmutableArray<CheckedExpression> parts = next.Parts();
            for (int i = parts.Length - 1; i >= 0; i--) open.Push(parts[i]);
        }
    }

    public static IEnumerable<ReadExpression> Reads(this CheckedExpression expression) => expression.All().OfType<ReadExpression>();

    /// <summary>The names that a statement gives a value.</summary>
    public static IEnumerable<Local> Defines(this CheckedStatement statement) => statement switch
    {
        CheckedParameter p => [p.Local],
        CheckedEquation e => [e.Target],
        CheckedCall c => c.Results.OfType<Local>(),
        CheckedRepeat r => r.Body.SelectMany(Defines).Concat(r.Carried.SelectMany(c => new[] { c.Entry, c.After })),
        CheckedTarget t => [t.Local],
        _ => [],
    };

    /// <summary>The statements of a body, those in repeats included.</summary>
    public static IEnumerable<CheckedStatement> All(this IEnumerable<CheckedStatement> body) =>
        body.SelectMany(s => s is CheckedRepeat r ? All(r.Body).Prepend(s) : [s]);
}
