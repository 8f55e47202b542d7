using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Scheduling;

/// <summary>An axis along which equations that read each other can run.</summary>
/// <param name="Variables">For each equation, its variable along the axis.</param>
internal sealed record Direction(
    IndexVar Step, bool IsReversed, RecurrenceKind Kind, IReadOnlyDictionary<Item, IndexVar> Variables);

/// <summary>Equations that read each other.</summary>
internal static class Cycle
{
    /// <summary>
    /// The axes along which no read within the cycle goes forth where another goes back, best first. Whether every closed
    /// path takes a step is seen when the equations are ordered within one.
    /// </summary>
    public static IEnumerable<Direction> Directions(IReadOnlyList<Item> items, IReadOnlyCollection<IndexVar> steps, ISet<IndexVar> copies)
    {
        Equation first = items[0].Equation;
        return Enumerable.Range(0, first.Left.Length)
            .Where(axis => VariableOf(first.Left[axis]) is { } v && !steps.Contains(v))
            .OrderBy(axis => copies.Contains(VariableOf(first.Left[axis])!) ? 0 : first.Target.Axes[axis].Size.IsConstant ? 2 : 1)
            .Select(axis => Along(items, steps, copies, axis))
            .OfType<Direction>();
    }

    private static Direction? Along(IReadOnlyList<Item> items, IReadOnlyCollection<IndexVar> steps, ISet<IndexVar> copies, int firstAxis)
    {
        if (AxesAlong(items, steps, firstAxis) is not { } axes) return null;
        var variables = items.ToDictionary(i => i, i => VariableOf(i.Equation.Left[axes[i.Equation.Target]])!);
        IndexVar first = variables[items[0]];
        if (steps.Contains(first) || variables.Values.Any(v => !v.Size.Equals(first.Size))) return null;

        bool goesBack = false, goesForth = false;
        foreach (var (reader, load, writer) in Edges(items, steps))
        {
            Index distance = load.Indices[axes[load.Tensor]]
                .Minus(Index.Of(variables[reader]))
                .Minus(writer.Equation.Left[axes[load.Tensor]].Minus(Index.Of(variables[writer])));
            if (distance.Variables().Contains(variables[reader])
                || IndexBounds.Of(distance) is not var (from, to)
                || !from.TryGetConstant(out long low) || !to.TryGetConstant(out long high))
            {
                return null;
            }

            goesBack |= low < 0;
            goesForth |= high > 0;
        }

        if (goesBack == goesForth) return null;
        bool isCopy = copies.Contains(first);
        IndexVar step = isCopy ? first : new IndexVar(first.Name, first.Size);
        return new Direction(step, goesForth, isCopy ? RecurrenceKind.Copies : RecurrenceKind.Sequence, variables);
    }

    /// <summary>Follows an axis of one target through the reads of the cycle: the axis of every target, or null.</summary>
    private static Dictionary<Tensor, int>? AxesAlong(IReadOnlyList<Item> items, IReadOnlyCollection<IndexVar> steps, int firstAxis)
    {
        var axes = new Dictionary<Tensor, int> { [items[0].Equation.Target] = firstAxis };
        var edges = Edges(items, steps).ToList();
        bool grows = true;
        while (grows)
        {
            grows = false;
            foreach (var (reader, load, _) in edges)
            {
                Equation equation = reader.Equation;
                if (axes.TryGetValue(equation.Target, out int written) && VariableOf(equation.Left[written]) is { } variable && !axes.ContainsKey(load.Tensor))
                {
                    int read = load.Indices.ToList().FindIndex(i => Shifts(i, variable));
                    if (read < 0) return null;
                    axes.Add(load.Tensor, read);
                    grows = true;
                }
                else if (axes.TryGetValue(load.Tensor, out int along) && !axes.ContainsKey(equation.Target))
                {
                    int target = equation.Left.ToList().FindIndex(l => VariableOf(l) is { } v && !steps.Contains(v) && Shifts(load.Indices[along], v));
                    if (target < 0) return null;
                    axes.Add(equation.Target, target);
                    grows = true;
                }
            }
        }
        return items.All(i => axes.TryGetValue(i.Equation.Target, out int axis) && VariableOf(i.Equation.Left[axis]) is not null) ? axes : null;
    }

    private static IEnumerable<(Item Reader, LoadScalar Load, Item Writer)> Edges(IReadOnlyList<Item> items, IReadOnlyCollection<IndexVar> steps) =>
        from reader in items
        from load in reader.Equation.Loads()
        from writer in items
        where Dependence.Needs(load, writer.Equation, steps)
        select (reader, load, writer);

    /// <summary>The variable of an index v or v + constant.</summary>
    private static IndexVar? VariableOf(Index index) =>
        index.Terms.Length == 1 && index.Terms[0] is { Coefficient: 1, Atom: VariableAtom v } && index.Constant.IsConstant ? v.Variable : null;

    private static bool Shifts(Index index, IndexVar variable) =>
        index.Terms.Any(t => t is { Coefficient: 1, Atom: VariableAtom v } && ReferenceEquals(v.Variable, variable));
}
