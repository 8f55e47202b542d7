using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>What stands in a checked expression.</summary>
internal static class CheckedWalk
{
    public static IEnumerable<CheckedExpression> Parts(this CheckedExpression expression) => expression switch
    {
        ReadExpression r => r.Indices,
        OperationExpression o => o.Arguments,
        ConditionalExpression c => [c.Condition, c.Then, c.Else],
        ReduceExpression r => r.Condition is null ? [r.Body] : [r.Condition, r.Body],
        SoftmaxExpression s => s.Condition is null ? [s.Body] : [s.Condition, s.Body],
        InitialDrawExpression d => [d.First, d.Second],
        _ => [],
    };

    /// <summary>The expression and everything in it.</summary>
    public static IEnumerable<CheckedExpression> All(this CheckedExpression expression)
    {
        var open = new Stack<CheckedExpression>();
        open.Push(expression);
        while (open.Count > 0)
        {
            CheckedExpression next = open.Pop();
            yield return next;
            foreach (CheckedExpression part in next.Parts()) open.Push(part);
        }
    }

    public static IEnumerable<ReadExpression> Reads(this CheckedExpression expression) => expression.All().OfType<ReadExpression>();
}
