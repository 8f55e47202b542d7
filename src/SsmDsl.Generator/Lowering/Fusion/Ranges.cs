using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Splits an equation that computes something for a range of a static index only, and 0 elsewhere (the adjoint of a slice is
/// such a one): one equation over the range, and zeros around it.
/// </summary>
internal static class Ranges
{
    /// <summary>Longer axes are not searched.</summary>
    private const long LongestAxis = 1 << 14;

    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body) };

    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes) =>
    [
        .. nodes.SelectMany<Node, Node>(n => n switch
        {
            Equation { Accumulate: false } e => Split(e),
            Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Run(copies.Members) }],
            _ => [n],
        }),
    ];

    private static IEnumerable<Equation> Split(Equation equation)
    {
        if (equation.Guard is not null || Choice(equation) is not { } choice) return [equation];
        IndexVar[] variables = [.. choice.Condition.Variables().Distinct()];
        if (variables.Length != 1 || !equation.Axes.Contains(variables[0]) || RangeOf(choice.Condition, variables[0]) is not var (first, count)) return [equation];
        IndexVar axis = variables[0];
        axis.Size.TryGetConstant(out long size);
        if (count == 0 || count == size || equation.Sequences().Contains(axis)) return [equation];
        Equation inside = Part(equation with { Body = choice.Then }, axis, first, count);
        return new[] { Zeros(0, first), inside, Zeros(first + count, size - first - count) }.OfType<Equation>().SelectMany(e => e == inside ? Split(e) : [e]);

        Equation? Zeros(long from, long length) => length == 0 ? null
            : Part(equation with { Reduction = null, Body = Scalars.Zero(equation.Body.Type), Comment = null }, axis, from, length);
    }

    /// <summary>A body that is 0 where a condition fails.</summary>
    private static SelectScalar? Choice(Equation equation) =>
        equation.Reduction is null or { Kind: ReduceKind.Sum, Condition: null } && equation.Body is SelectScalar choice && choice.Else.IsConstant(0) ? choice : null;

    private static Equation Part(Equation equation, IndexVar axis, long first, long count)
    {
        var own = new IndexVar(axis.Name, count);
        return equation.Substitute(new Dictionary<IndexVar, Index> { [axis] = Index.Of(own).Plus(first) });
    }

    /// <summary>The values of an index for which a condition holds, if they follow each other.</summary>
    private static (long First, long Count)? RangeOf(Scalar condition, IndexVar axis)
    {
        if (!axis.Size.TryGetConstant(out long size) || size > LongestAxis) return null;
        (long first, long count) = (0, 0);
        for (long value = 0; value < size; value++)
        {
            if (Holds(condition, axis, value) is not { } holds) return null;
            if (!holds) continue;
            if (count == 0) first = value;
            if (first + count != value) return null;
            count++;
        }

        return (first, count);
    }

    private static bool? Holds(Scalar condition, IndexVar axis, long value) => condition switch
    {
        ApplyScalar { Op: ScalarOp.And } a => Holds(a.Arguments[0], axis, value) & Holds(a.Arguments[1], axis, value),
        ApplyScalar { Op: ScalarOp.Or } a => Holds(a.Arguments[0], axis, value) | Holds(a.Arguments[1], axis, value),
        ApplyScalar { Op: ScalarOp.Not } a => !Holds(a.Arguments[0], axis, value),
        ApplyScalar { Type: ElementType.Bool } a when a.Arguments.Length == 2 && Number(a.Arguments[0], axis, value) is { } x && Number(a.Arguments[1], axis, value) is { } y =>
            ScalarOps.Row(a.Op).Evaluate!([x, y]) != 0,
        _ => null,
    };

    private static double? Number(Scalar scalar, IndexVar axis, long value) => scalar switch
    {
        ConstantScalar { Type: ElementType.Int } c => c.Real,
        IndexScalar i when new Substitution(new Dictionary<IndexVar, Index> { [axis] = Index.Of((Dim)value) }).Apply(i.Value).IsConstant(out long at) => at,
        _ => null,
    };
}
