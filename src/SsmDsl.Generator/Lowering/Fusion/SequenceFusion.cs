using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Makes groups of recurrences, and takes into each what reads it row by row: what a step gives is used while it is near, and
/// need not be stored for all steps.
/// </summary>
internal static class SequenceFusion
{
    public static GraphProgram Run(GraphProgram program, LoweringTarget target) => program with { Body = Run(program.Body, [], [], target) };

    /// <param name="outer">Steps of the recurrences around.</param>
    /// <param name="earlier">Groups that run before; those made here are added.</param>
    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer, List<PlacedGroup> earlier, LoweringTarget target)
    {
        var inner = new List<PlacedGroup>(earlier);
        ImmutableArray<Node> level =
        [
            .. nodes.Select(n => n switch
            {
                Recurrence { Kind: RecurrenceKind.Copies } copies => copies with { Members = Run(copies.Members, outer.Add(copies.Step), inner, target) },
                Recurrence sequence => GroupCreation.Of(sequence, outer, nodes, target),
                _ => n,
            }),
        ];
        var dependences = new NodeDependences(outer);
        while (Grown(level, outer, inner, dependences) is { } next) level = next;
        earlier.AddRange(inner.Skip(earlier.Count).Concat(level.OfType<Group>().Select(g => new PlacedGroup(g, outer))));
        return level;
    }

    /// <summary>The level after one node was taken into a group, or null if none can be.</summary>
    private static ImmutableArray<Node>? Grown(
        ImmutableArray<Node> level, ImmutableArray<IndexVar> outer, IReadOnlyList<PlacedGroup> earlier, NodeDependences dependences)
    {
        if (!level.Any(n => n is Group)) return null;
        var order = new LevelOrder(level, dependences);
        HashSet<Tensor> wayBack = [.. level.OfType<Group>().Where(g => g.Reversed).SelectMany(g => g.Shapes.Keys)];
        for (int at = 0; at < level.Length; at++)
        {
            if (level[at] is not Group group) continue;
            IEnumerable<PlacedGroup> before = level.Take(at).OfType<Group>().Select(g => new PlacedGroup(g, outer));
            ImmutableDictionary<Tensor, ImmutableArray<Index?>> readBack = GroupPairing.Shapes(earlier.Concat(before), new PlacedGroup(group, outer));
            HashSet<Tensor> goingBack = group.Reversed ? [] : wayBack;
            HashSet<Tensor> written = [.. group.Body.Equations().Select(e => e.Target)];
            for (int i = 0; i < level.Length; i++)
            {
                if (level[i] is not Equation { Accumulate: false } equation) continue;

                // What needs both directions belongs to the way back, which can compute the way forth again.
                if (NodeParts.Loads(equation).Any(l => goingBack.Contains(l.Tensor))) continue;
                (int first, int second) = (Math.Min(i, at), Math.Max(i, at));
                if (((i < at ? Start(group, equation) : null) ?? Taken(group, written, equation, outer, readBack, i > at)) is { } merged && order.CanMerge(first, second))
                    return order.Merge(first, second, merged);
            }
        }

        return null;
    }

    /// <summary>The group with an equation that gives states before the first step.</summary>
    private static ImmutableArray<Node>? Start(Group group, Equation equation)
    {
        if (!group.Shapes.TryGetValue(equation.Target, out ImmutableArray<Index?> shape)) return null;
        var positions = new Dictionary<IndexVar, Index>();
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] is not { } canonical) continue;
            if (canonical.AsVariable() == group.Step)
            {
                if (!equation.Left[axis].Terms.IsEmpty) return null;
            }
            else if (equation.Left[axis].AsVariable() is not { } variable || !variable.Size.Equals(GroupShapes.RangeOf(canonical))
                || (positions.TryGetValue(variable, out Index known) && !Structure.AreEqual(known, canonical)))
            {
                return null;
            }
            else
            {
                positions[variable] = canonical;
            }
        }

        if (equation.Sequences().Any(s => positions.TryGetValue(s, out Index position) && position.AsVariable() is null)) return null;
        if (NodeParts.Loads(equation).Any(l => group.Body.Equations().Any(e => e.Target == l.Tensor))) return null;
        Equation start = equation.Substitute(positions);
        return [group with { Before = group.Before.Add(start with { Axes = group.Ordered(start.Axes) }) }];
    }

    /// <summary>
    /// The group with an equation that reads what it writes, or what a group that it runs against wrote, and what is left of
    /// the equation outside.
    /// </summary>
    /// <param name="written">What the group writes.</param>
    /// <param name="readBack">Shapes of what groups in the other direction wrote.</param>
    private static ImmutableArray<Node>? Taken(
        Group group,
        HashSet<Tensor> written,
        Equation equation,
        ImmutableArray<IndexVar> outer,
        ImmutableDictionary<Tensor, ImmutableArray<Index?>> readBack,
        bool isLater)
    {
        // Most equations have nothing to do with a group.
        if (!NodeParts.Loads(equation).Any(l => group.Shapes.ContainsKey(l.Tensor) || readBack.ContainsKey(l.Tensor))) return null;
        Tensor[] read = [.. NodeParts.Loads(equation).Select(l => l.Tensor).Where(written.Contains)];
        if (read.Any(t => !group.Shapes.ContainsKey(t)) || (!isLater && read.Length > 0)) return null;

        // What the group itself needs would come too late, after its members and in parts.
        if (!isLater && group.Body.Equations().SelectMany(NodeParts.Loads).Any(l => l.Tensor == equation.Target)) return null;
        if (Alignment.Find(equation, group, readBack, outer) is not { } aligned) return null;
        if (read.Length == 0 && (aligned.Moment == Moment.After || aligned.Equation.Reduction is null)) return null;
        if (written.Contains(equation.Target) && !IsWithinRow(group, aligned) && !GroupShapes.Fits(group, aligned.Equation, outer)) return null;
        if (ReductionSplit.Of(aligned, group) is not { } split) return null;
        Group grown = group with { Members = [.. group.Members, .. split.Members], After = [.. group.After, .. split.After] };
        grown = GroupShapes.Add(grown, [.. split.Members, .. split.After], outer);
        return split.Rest is null ? [grown] : [grown, split.Rest];
    }

    /// <summary>It writes a tensor of the group at a fixed position of the row that it is at, after the steps.</summary>
    private static bool IsWithinRow(Group group, Alignment aligned)
    {
        if (aligned.Moment != Moment.After || !group.Shapes.TryGetValue(aligned.Equation.Target, out ImmutableArray<Index?> shape)) return false;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] is not { } canonical) continue;
            Index left = aligned.Equation.Left[axis];
            if (canonical.AsVariable() == group.Step ? !left.Terms.IsEmpty : !Structure.AreEqual(left, canonical)) return false;
        }

        return aligned.Equation.Reduction is null || !aligned.Equation.Reduction.Axes.Any(group.Rows.Contains);
    }
}
