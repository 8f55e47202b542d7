using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Equations with loop indices replaced by positions over other indices, which are looped over instead.</summary>
internal static class EquationSubstitution
{
    public static Equation Substitute(this Equation equation, IReadOnlyDictionary<IndexVar, Index> positions)
    {
        var substitution = new Substitution(positions);
        Scalar? Of(Scalar? scalar) => scalar is null ? null : substitution.Apply(scalar);
        return equation with
        {
            Axes = Expand(equation.Axes),
            Left = substitution.Apply(equation.Left),
            Guard = Of(equation.Guard),
            Reduction = equation.Reduction is { } r ? new Reduction(r.Kind, Expand(r.Axes), Of(r.Condition)) : null,
            Body = substitution.Apply(equation.Body),
        };

        ImmutableArray<IndexVar> Expand(ImmutableArray<IndexVar> axes) =>
            [.. axes.SelectMany(a => positions.TryGetValue(a, out Index position) ? position.Variables() : [a])];
    }

    /// <summary>Indices that number the sequences of draws: they can be renamed, but not replaced.</summary>
    public static IEnumerable<IndexVar> Sequences(this Equation equation) =>
        equation.Scalars().SelectMany(s => s.All()).OfType<DrawScalar>().SelectMany(d => d.Sequence?.Variables() ?? []);

    /// <summary>All indices that an equation loops over.</summary>
    public static IEnumerable<IndexVar> Variables(this Equation equation) => equation.Axes.Concat(equation.Reduction?.Axes ?? []);

    /// <summary>0 where the guard or the reduction's condition does not hold.</summary>
    public static Scalar SelectedBody(this Equation equation)
    {
        Scalar body = equation.Body, zero = Scalars.Zero(body.Type);
        if (equation.Reduction?.Condition is { } condition) body = Scalars.Select(condition, body, zero);
        return equation.Guard is { } guard ? Scalars.Select(guard, body, zero) : body;
    }
}
