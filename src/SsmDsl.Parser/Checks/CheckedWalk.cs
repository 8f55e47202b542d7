using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>What stands in checked expressions and statements.</summary>
internal static class CheckedWalk
{
    /// <summary>The expressions directly below, in the order of the text.</summary>
    public static IEnumerable<CheckedExpression> Children(CheckedExpression expression) => expression switch
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
    public static IEnumerable<CheckedExpression> All(CheckedExpression expression)
    {
        var open = new Stack<CheckedExpression>();
        open.Push(expression);
        while (open.Count > 0)
        {
            CheckedExpression next = open.Pop();
            yield return next;
            foreach (CheckedExpression child in Children(next).Reverse()) open.Push(child);
        }
    }

    public static IEnumerable<Local> Reads(CheckedExpression expression) => All(expression).OfType<ReadExpression>().Select(r => r.Local);

    /// <summary>The names that a statement gives a value.</summary>
    public static IEnumerable<Local> Defines(CheckedStatement statement) => statement switch
    {
        CheckedParameter p => [p.Local],
        CheckedEquation e => [e.Target],
        CheckedCall c => c.Results.OfType<Local>(),
        CheckedRepeat r => r.Body.SelectMany(Defines).Concat(r.Carried.SelectMany(c => new[] { c.Entry, c.After })),
        CheckedTarget t => [t.Local],
        _ => [],
    };

    /// <summary>The statements of a body, those in repeats included.</summary>
    public static IEnumerable<CheckedStatement> All(IEnumerable<CheckedStatement> body) =>
        body.SelectMany(s => s is CheckedRepeat r ? All(r.Body).Prepend(s) : [s]);
}
