using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Splits an equation that chooses by a static index (the adjoint of a slice or of a concatenation is such a one) into one for
/// each range of the index over which the choices are the same: what is left has no choice, and may be a product of matrices.
/// </summary>
internal static class IndexRanges
{
    /// <summary>Longer axes are not searched, more ranges are not made.</summary>
    private const long LongestAxis = 1 << 14, MostRanges = 4;

    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body, []) };

    /// <param name="outer">Steps of the copies around: an equation runs for one value of them at a time.</param>
    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer) =>
    [
        .. nodes.SelectMany<Node, Node>(n => n switch
        {
            Equation { Accumulate: false } e => Split(e, outer),
            Recurrence { Kind: RecurrenceKind.Copies } copies => [copies with { Members = Run(copies.Members, outer.Add(copies.Step)) }],
            _ => [n],
        }),
    ];

    private static IEnumerable<Equation> Split(Equation equation, ImmutableArray<IndexVar> outer)
    {
        foreach (IndexVar axis in Conditions(equation).Select(VariableOf).OfType<IndexVar>().Distinct().ToArray())
        {
            if (!equation.Axes.Contains(axis) || outer.Contains(axis) || equation.Sequences().Contains(axis) || RangesOf(equation, axis) is not { } ranges) continue;
            return ranges.SelectMany(r => Split(Part(equation, axis, r.First, r.Count), outer));
        }

        return [equation];
    }

    private static IEnumerable<Scalar> Conditions(Equation equation) =>
        equation.Body.All().OfType<SelectScalar>().Select(s => s.Condition).Concat(equation.Guard is { } guard ? [guard] : []);

    private static IndexVar? VariableOf(Scalar condition)
    {
        IndexVar[] variables = [.. condition.Variables().Distinct()];
        return variables.Length == 1 ? variables[0] : null;
    }

    private static Equation Part(Equation equation, IndexVar axis, long first, long count)
    {
        bool? isGuarded = equation.Guard is { } guard && VariableOf(guard) == axis ? Holds(guard, axis, first) : null;
        bool isNothing = isGuarded == false;
        Scalar body = isNothing ? Scalars.Zero(equation.Body.Type) : Decided(equation.Body, axis, first);
        bool isZero = body.IsConstant(0) && equation.Reduction is null or { Kind: ReduceKind.Sum };
        var own = new IndexVar(axis.Name, count);
        Equation part = equation with
        {
            Body = body,
            Guard = isGuarded is null ? equation.Guard : null,
            Reduction = isZero ? null : equation.Reduction,
            Comment = isZero ? null : equation.Comment,
        };
        return part.Substitute(new Dictionary<IndexVar, Index> { [axis] = Index.Of(own).Plus(first) });
    }

    /// <summary>Without the choices that the value of an index decides.</summary>
    private static Scalar Decided(Scalar scalar, IndexVar axis, long value) => scalar switch
    {
        SelectScalar s when VariableOf(s.Condition) == axis && Holds(s.Condition, axis, value) is { } holds => Decided(holds ? s.Then : s.Else, axis, value),
        SelectScalar s => Scalars.Select(s.Condition, Decided(s.Then, axis, value), Decided(s.Else, axis, value)),
        ApplyScalar { Op: ScalarOp.Add } a when a.Type == ElementType.Real => Scalars.Add(Decided(a.Arguments[0], axis, value), Decided(a.Arguments[1], axis, value)),
        ApplyScalar a => a with { Arguments = [.. a.Arguments.Select(x => Decided(x, axis, value))] },
        _ => scalar,
    };

    /// <summary>Ranges of an index over which all choices by it are the same; null if there is nothing to split.</summary>
    private static List<(long First, long Count)>? RangesOf(Equation equation, IndexVar axis)
    {
        if (!axis.Size.TryGetConstant(out long size) || size > LongestAxis) return null;
        Scalar[] conditions = [.. Conditions(equation).Where(c => VariableOf(c) == axis && Holds(c, axis, 0) is not null)];
        if (conditions.Length == 0) return null;
        var ranges = new List<(long First, long Count)>();
        bool?[] before = [];
        for (long value = 0; value < size; value++)
        {
            bool?[] now = [.. conditions.Select(c => Holds(c, axis, value))];
            if (value > 0 && now.SequenceEqual(before)) ranges[ranges.Count - 1] = (ranges[ranges.Count - 1].First, ranges[ranges.Count - 1].Count + 1);
            else ranges.Add((value, 1));
            if (ranges.Count > MostRanges) return null;
            before = now;
        }

        return ranges;
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
