using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>Equations whose first indices are the same rows, to be run block of rows by block of rows.</summary>
internal sealed record RowGroup(ImmutableArray<Equation> Equations) : Node;

/// <summary>
/// Finds products of matrices and the maps and reductions beside them that read of each other one row at a time: they can run
/// as one kernel, so that what one writes is still near when the next reads it.
/// </summary>
internal static class RowGroups
{
    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body, []) };

    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer) => [.. Split(nodes, outer).Select(n =>
        n is Recurrence { Kind: RecurrenceKind.Copies } copies ? copies with { Members = Run(copies.Members, outer.Add(copies.Step)) } : n)];

    private static IEnumerable<Node> Split(ImmutableArray<Node> nodes, ImmutableArray<IndexVar> outer)
    {
        var open = new List<Equation>();
        foreach (Node node in nodes)
        {
            if (node is Equation equation && Joins(open, equation, outer))
            {
                open.Add(equation);
                continue;
            }

            // What has nothing to do with the group may run before it.
            if (open.Count > 0 && node is Equation && RowsOf((Equation)node, outer) == 0 && IsApart(open, node))
            {
                yield return node;
                continue;
            }

            foreach (Node part in Close(open, outer)) yield return part;
            open.Clear();
            if (node is Equation first && RowsOf(first, outer) > 0) open.Add(first);
            else yield return node;
        }

        foreach (Node part in Close(open, outer)) yield return part;
    }

    private static bool IsApart(List<Equation> open, Node node)
    {
        HashSet<Tensor> touched = [.. NodeParts.Tensors(node)], written = [.. NodeParts.Equations(node).Select(e => e.Target)];
        return open.All(e => !touched.Contains(e.Target) && NodeParts.Loads(e).All(l => !written.Contains(l.Tensor)));
    }

    /// <summary>The number of leading indices whose sizes are known at run time only: those that count rows. 0 if there are none.</summary>
    /// <param name="outer">Steps of the loops over copies around.</param>
    public static int RowsOf(Equation equation, ImmutableArray<IndexVar> outer)
    {
        if (equation.Accumulate) return 0;
        IndexVar[] axes = [.. equation.Axes.Where(a => !outer.Contains(a))];
        int count = axes.TakeWhile(a => !a.Size.IsConstant).Count();
        return count > 0 && IsByRows(equation.Target, equation.Left, axes, count, outer) ? count : 0;
    }

    /// <summary>A group pays where a product is in it.</summary>
    private static IEnumerable<Node> Close(List<Equation> open, ImmutableArray<IndexVar> outer) =>
        open.Count > 1 && open.Any(e => ProductRows(e, outer) == RowsOf(e, outer)) ? [new RowGroup([.. open])] : [.. open];

    private static int? ProductRows(Equation equation, ImmutableArray<IndexVar> outer) => ProductLowering.RowsOf((Equation)OuterSteps.Without(equation, outer));

    private static bool Joins(List<Equation> group, Equation equation, ImmutableArray<IndexVar> outer)
    {
        int rows = RowsOf(equation, outer);
        if (group.Count == 0 || rows == 0 || RowsOf(group[0], outer) != rows) return false;
        IndexVar[] axes = [.. equation.Axes.Where(a => !outer.Contains(a))], first = [.. group[0].Axes.Where(a => !outer.Contains(a))];
        if (!Enumerable.Range(0, rows).All(i => axes[i].Size.Equals(first[i].Size))) return false;

        // A product of another form would be cut in another way.
        if (ProductRows(equation, outer) is { } own && own != rows) return false;
        if (group.Count == 1 && ProductRows(group[0], outer) is { } other && other != rows) return false;
        HashSet<Tensor> written = [.. group.Select(e => e.Target)];

        // Others may write other places of the same tensor.
        return !group.Any(e => NodeParts.Loads(e).Any(l => l.Tensor == equation.Target))
            && NodeParts.Loads(equation).Where(l => written.Contains(l.Tensor)).All(l => IsByRows(l.Tensor, l.Indices, axes, rows, outer));
    }

    /// <summary>The tensor's first axes, those of copies apart, are the rows, each at its own index.</summary>
    private static bool IsByRows(Tensor tensor, ImmutableArray<Ir.Index> indices, IndexVar[] axes, int rows, ImmutableArray<IndexVar> outer)
    {
        int start = indices.TakeWhile(i => i.Variables().Any() && i.Variables().All(outer.Contains)).Count();
        return tensor.Rank >= start + rows && Enumerable.Range(0, rows).All(i =>
            indices[start + i].AsVariable() == axes[i] && tensor.Axes[start + i] is { Before: 0, After: 0 } axis && axis.Size.Equals(axes[i].Size));
    }
}
