using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Equations of a step that run in one loop along the lane, one element after the other.</summary>
internal sealed record StepNest(ImmutableArray<NestItem> Items);

/// <param name="Along">The index within a row that all of these equations loop over, under one name; null for one equation by itself.</param>
internal sealed record NestItem(IndexVar? Along, ImmutableArray<Equation> Equations);

/// <summary>
/// Puts equations of a step into common loops as far as their order does not matter: what one computes another then uses from
/// a register. An element of the lane never depends on another one, by the making of groups.
/// </summary>
internal static class StepNests
{
    // Narrower lanes may run along another index.
    private const long NarrowestLane = 16;

    /// <summary>Nests and single nodes, in an order that gives the same results.</summary>
    public static IEnumerable<(StepNest? Nest, Node? Single)> Of(Group group, ImmutableArray<Node> members)
    {
        if (group.Lane is not { } lane || !lane.Size.TryGetConstant(out long width) || width < NarrowestLane)
        {
            foreach (Node member in members) yield return (null, member);
            yield break;
        }

        Node[] left = [.. members];
        while (left.Length > 0)
        {
            if (!IsAlongLane(left[0], group))
            {
                yield return (null, left[0]);
                left = [.. left.Skip(1)];
                continue;
            }

            (Node[] together, left) = Gathered(left, (n, _) => IsAlongLane(n, group));
            yield return (new StepNest([.. Items([.. together.Cast<Equation>()], group)]), null);
        }
    }

    private static IEnumerable<NestItem> Items(Equation[] equations, Group group)
    {
        while (equations.Length > 0)
        {
            if (Inner(equations[0], group) is not { } along)
            {
                yield return new NestItem(null, [equations[0]]);
                equations = [.. equations.Skip(1)];
                continue;
            }

            (Node[] together, Node[] rest) = Gathered(equations, (n, others) =>
                Inner((Equation)n, group) is { } own && own.Size.Equals(along.Size) && others.Cast<Equation>().All(o => IsAligned(o, (Equation)n, group)));
            yield return new NestItem(along, [.. together.Cast<Equation>().Select(e => e.Rename(new Dictionary<IndexVar, IndexVar> { [Inner(e, group)!] = along }))]);
            equations = [.. rest.Cast<Equation>()];
        }
    }

    /// <summary>The first and all that may run right after it; and the others.</summary>
    private static (Node[] Together, Node[] Others) Gathered(Node[] nodes, Func<Node, IReadOnlyList<Node>, bool> fits)
    {
        var together = new List<Node> { nodes[0] };
        var rest = new List<Node>();
        foreach (Node node in nodes.Skip(1))
        {
            if (fits(node, together) && rest.All(r => !DependOnEachOther(r, node))) together.Add(node);
            else rest.Add(node);
        }

        return ([.. together], [.. rest]);
    }

    private static bool DependOnEachOther(Node a, Node b)
    {
        HashSet<Tensor> first = [.. NodeParts.Equations(a).Select(e => e.Target)], second = [.. NodeParts.Equations(b).Select(e => e.Target)];
        return first.Overlaps(second) || NodeParts.Tensors(a).Any(second.Contains) || NodeParts.Tensors(b).Any(first.Contains);
    }

    private static bool IsAlongLane(Node node, Group group) =>
        node is Equation { Accumulate: false } e && e.Axes.Contains(group.Lane!) && group.Shapes.ContainsKey(e.Target)
        && !e.Left.Any(l => l.HasLookup()) && NodeParts.Loads(e).All(l => !l.Access.Contains(AxisAccess.Checked) && !l.Indices.Any(i => i.HasLookup()));

    /// <summary>The only index within a row that an equation loops over, if it may share its loop.</summary>
    private static IndexVar? Inner(Equation equation, Group group)
    {
        IndexVar[] inner = [.. equation.Variables().Where(v => v != group.Lane && v != group.Step && v != group.Chunks?.Replay?.Step && !group.Rows.Contains(v))];
        bool isPlain = equation.Guard is null && equation.Reduction is null or { Kind: ReduceKind.Sum, Condition: null };
        return isPlain && inner.Length == 1 && inner[0].Size.IsConstant ? inner[0] : null;
    }

    /// <summary>What one writes the other reads at the same place of the common loop, if at all.</summary>
    private static bool IsAligned(Equation a, Equation b, Group group) => Reads(a, b, group) && Reads(b, a, group) && a.Target != b.Target;

    private static bool Reads(Equation writer, Equation reader, Group group)
    {
        IndexVar written = Inner(writer, group)!, read = Inner(reader, group)!;
        return NodeParts.Loads(reader).Where(l => l.Tensor == writer.Target).All(load =>
        {
            int axis = writer.Left.ToList().FindIndex(l => l.AsVariable() == written);
            return axis >= 0 && load.Indices[axis].AsVariable() == read;
        });
    }
}
