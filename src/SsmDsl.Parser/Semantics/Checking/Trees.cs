using System.Collections.Immutable;
using SsmDsl.Syntax;

namespace SsmDsl.Semantics.Checking;

/// <summary>What stands in trees of the syntax.</summary>
internal static class Trees
{
    public static ImmutableArray<ExpressionSyntax> Children(ExpressionSyntax expression) => expression switch
    {
        ParenthesesSyntax p => [p.Inner],
        UnarySyntax u => [u.Operand],
        BinarySyntax b => [b.Left, b.Right],
        IfSyntax i => [i.Condition, i.Then, i.Else],
        ReductionSyntax r => Reduction(r),
        PipeSyntax p => [p.Left, p.Right],
        ApplySyntax a => Apply(a),
        _ => [],
    };

    /// <summary>The expression and all that stands in it, in the order of the text.</summary>
    public static IEnumerable<ExpressionSyntax> All(ExpressionSyntax expression)
    {
        var open = new Stack<ExpressionSyntax>();
        open.Push(expression);
        while (open.Count > 0)
        {
            ExpressionSyntax next = open.Pop();
            yield return next;
            ImmutableArray<ExpressionSyntax> children = Children(next);
            for (int i = children.Length - 1; i >= 0; i--) open.Push(children[i]);
        }
    }

    public static bool HasIndices(ExpressionSyntax expression) =>
        All(expression).Any(e => e is ReductionSyntax { Indices.IsDefault: false });

    /// <summary>The expressions directly in a statement; those of a repeat's body are not.</summary>
    public static IEnumerable<ExpressionSyntax> Of(StatementSyntax statement) => statement switch
    {
        ParamSyntax p => [.. Of(p.Type), p.Init],
        LetSyntax l => [l.Layer],
        AssignSyntax a => [.. a.Targets.SelectMany(t => t.Indices.IsDefault ? [] : t.Indices).Select(i => i.Value).OfType<ExpressionSyntax>(), a.Value],
        RepeatSyntax r => [r.Count],
        TargetSyntax t => Of(t.Type),
        LossSyntax l => [l.Value],
        MetricSyntax m => [m.Value],
        _ => [],
    };

    public static IEnumerable<ExpressionSyntax> Of(TypeSyntax type) => type.Axes.Select(a => a.Size);

    /// <summary>All statements, those in repeats included.</summary>
    public static IEnumerable<StatementSyntax> All(IEnumerable<StatementSyntax> body) =>
        body.SelectMany(s => s is RepeatSyntax r ? All(r.Body).Prepend(s) : [s]);

    /// <summary>True for a name alone.</summary>
    public static bool IsName(ExpressionSyntax? expression, out string name)
    {
        bool isName = expression is ApplySyntax { Brackets.IsDefault: true, Arguments.IsDefault: true, Instance: null };
        name = isName ? ((ApplySyntax)expression!).Name.Text : "";
        return isName;
    }

    private static ImmutableArray<ExpressionSyntax> Reduction(ReductionSyntax reduction)
    {
        var parts = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        if (!reduction.Indices.IsDefault) parts.AddRange(reduction.Indices.Select(i => i.Size).OfType<ExpressionSyntax>());
        if (reduction.Condition is not null) parts.Add(reduction.Condition);
        parts.Add(reduction.Body);
        return parts.ToImmutable();
    }

    private static ImmutableArray<ExpressionSyntax> Apply(ApplySyntax apply)
    {
        if (apply.Brackets.IsDefaultOrEmpty && apply.Arguments.IsDefaultOrEmpty) return [];
        var parts = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        if (!apply.Brackets.IsDefault) parts.AddRange(apply.Brackets.Select(b => b.Value).OfType<ExpressionSyntax>());
        if (!apply.Arguments.IsDefault) parts.AddRange(apply.Arguments.Select(a => a.Value));
        return parts.ToImmutable();
    }
}
