using System.Collections.Immutable;

namespace SsmDsl.Ir;

/// <summary>What stands in the nodes of a program, and nodes with parts replaced.</summary>
public static class NodeWalk
{
    /// <summary>All equations, those inside of recurrences included, in order.</summary>
    public static IEnumerable<Equation> Equations(this IEnumerable<Node> nodes) => nodes.SelectMany(n => n switch
    {
        Equation e => [e],
        Recurrence r => r.Members.Equations(),
        _ => Enumerable.Empty<Equation>(),
    });

    /// <summary>The expressions of an equation: lookups on its left, guard, condition, body.</summary>
    public static IEnumerable<Scalar> Scalars(this Equation equation)
    {
        foreach (Scalar lookup in equation.Left.SelectMany(ScalarWalk.Lookups)) yield return lookup;
        if (equation.Guard is not null) yield return equation.Guard;
        if (equation.Reduction?.Condition is { } condition) yield return condition;
        yield return equation.Body;
    }

    public static IEnumerable<LoadScalar> Loads(this Equation equation) => equation.Scalars().SelectMany(ScalarWalk.Loads);

    /// <summary>Replaces every expression of an equation (as a whole), lookups on its left included.</summary>
    public static Equation MapScalars(this Equation equation, Func<Scalar, Scalar> map) => equation with
    {
        Left = [.. equation.Left.Select(l => l.MapLookupValues(map))],
        Guard = equation.Guard is null ? null : map(equation.Guard),
        Reduction = equation.Reduction is { Condition: { } condition } reduction ? reduction with { Condition = map(condition) } : equation.Reduction,
        Body = map(equation.Body),
    };

    /// <summary>Replaces bottom up every part of every expression.</summary>
    public static Equation MapParts(this Equation equation, Func<Scalar, Scalar> replace) => equation.MapScalars(s => s.Map(replace));

    public static ImmutableArray<Node> MapEquations(this ImmutableArray<Node> nodes, Func<Equation, Equation> map) => [.. nodes.Select(n => n switch
    {
        Equation e => map(e),
        Recurrence r => r with { Members = r.Members.MapEquations(map) },
        _ => n,
    })];

    /// <summary>Gives other names to variables that the equation binds.</summary>
    public static Equation Rename(this Equation equation, IReadOnlyDictionary<IndexVar, IndexVar> names)
    {
        if (!equation.Axes.Any(names.ContainsKey) && !(equation.Reduction?.Axes.Any(names.ContainsKey) ?? false)) return equation;
        Substitution rename = Substitution.Renaming(names.Select(n => (n.Key, n.Value)));
        return equation with
        {
            Axes = [.. equation.Axes.Select(rename.Apply)],
            Left = rename.Apply(equation.Left),
            Guard = equation.Guard is null ? null : rename.Apply(equation.Guard),
            Reduction = equation.Reduction is { } r
                ? new Reduction(r.Kind, [.. r.Axes.Select(rename.Apply)], r.Condition is null ? null : rename.Apply(r.Condition))
                : null,
            Body = rename.Apply(equation.Body),
        };
    }

    private static Index MapLookupValues(this Index index, Func<Scalar, Scalar> map) =>
        !index.HasLookup() ? index : new Index([.. index.Terms.Select(t => t with
        {
            Atom = t.Atom switch
            {
                LookupAtom l => new LookupAtom(map(l.Value)),
                DivAtom d => d with { Dividend = d.Dividend.MapLookupValues(map) },
                ModAtom m => m with { Dividend = m.Dividend.MapLookupValues(map) },
                var atom => atom,
            },
        })], index.Constant);
}
