using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Scheduling;

/// <summary>
/// Orders equations so that they can run: each after those it reads; those that read each other become recurrences, and so
/// does the body of a repeat, whatever depends on the batch in it, so that its tensors live for one copy only.
/// </summary>
/// <param name="copies">The variables over the copies of repeats.</param>
internal sealed class Scheduler(ISet<IndexVar> copies)
{
    public static ImmutableArray<Node> Of(ImmutableArray<Equation> equations, ISet<IndexVar> copies) =>
        new Scheduler(copies).Level([.. equations.Select((e, i) => new Item(e, i))], [])
        ?? throw new InvalidOperationException("equations depend on each other at the same step");

    /// <summary>Null if some of them depend on each other along no axis.</summary>
    private ImmutableArray<Node>? Level(ImmutableArray<Item> items, ImmutableArray<IndexVar> steps)
    {
        var exploded = new HashSet<IndexVar>();
        while (true)
        {
            List<Group> groups = Grouped(items, steps, exploded);
            List<List<int>> order = Graphs.Components(Needs(groups, steps), g => groups[g].Order);
            // a repeat within a recurrence along the data: its equations are looked at one by one
            var tangled = order.Where(c => c.Count > 1).SelectMany(c => c).Select(g => groups[g].Copy).OfType<IndexVar>().ToList();
            if (tangled.Count > 0)
            {
                exploded.UnionWith(tangled);
                continue;
            }

            var nodes = ImmutableArray.CreateBuilder<Node>();
            IndexVar? failed = null;
            foreach (List<int> component in order)
            {
                if (NodeOf([.. component.Select(g => groups[g])], steps) is { } node) nodes.Add(node);
                else if ((failed = groups[component[0]].Copy) is null) return null;
                else break;
            }

            if (failed is null) return nodes.ToImmutable();
            exploded.Add(failed);
        }
    }

    private Node? NodeOf(ImmutableArray<Group> component, ImmutableArray<IndexVar> steps)
    {
        if (component.Length == 1 && component[0].Copy is { } copy)
            return Level(component[0].Items, steps.Add(copy)) is { } members ? new Recurrence(copy, Reversed: false, RecurrenceKind.Copies, members) : null;
        ImmutableArray<Item> items = [.. component.SelectMany(g => g.Items)];
        if (items.Length == 1 && !items[0].Equation.Loads().Any(l => Dependence.Needs(l, items[0].Equation, steps)))
            return WithOwnCopies(items[0].Equation, steps);
        foreach (Direction direction in Cycle.Directions(items, steps, copies))
        {
            ImmutableArray<Item> inner = [.. items.Select(i => i.With(i.Equation.Rename(new Dictionary<IndexVar, IndexVar> { [direction.Variables[i]] = direction.Step })))];
            if (Level(inner, steps.Add(direction.Step)) is { } members) return new Recurrence(direction.Step, direction.IsReversed, direction.Kind, members);
        }
        return null;
    }

    /// <summary>Outside of the repeat's recurrence, the variable over copies is an ordinary one.</summary>
    private Equation WithOwnCopies(Equation equation, ImmutableArray<IndexVar> steps) => equation.Rename(
        equation.Axes.Where(a => copies.Contains(a) && !steps.Contains(a)).ToDictionary(a => a, a => new IndexVar(a.Name, a.Size)));

    /// <param name="Copy">The variable of a repeat whose body this is, or null for a single equation.</param>
    private sealed record Group(IndexVar? Copy, ImmutableArray<Item> Items)
    {
        public int Order { get; } = Items.Min(i => i.Order);
    }

    private List<Group> Grouped(ImmutableArray<Item> items, ImmutableArray<IndexVar> steps, HashSet<IndexVar> exploded)
    {
        IndexVar? CopyOf(Item item) =>
            item.Equation.Axes.Any(a => a.Size.Equals(Dim.Of(DimSymbol.Batch)))
            && item.Equation.Axes.FirstOrDefault(a => copies.Contains(a) && !steps.Contains(a)) is { } copy
            && !exploded.Contains(copy)
                ? copy
                : null;
        var single = items.Where(i => CopyOf(i) is null).Select(i => new Group(null, [i]));
        var bodies = items.Where(i => CopyOf(i) is not null).GroupBy(i => CopyOf(i)!).Select(g => new Group(g.Key, [.. g]));
        return [.. single, .. bodies];
    }

    private static List<HashSet<int>> Needs(List<Group> groups, ImmutableArray<IndexVar> steps)
    {
        var writers = groups
            .SelectMany((g, number) => g.Items.Select(i => (i.Equation, number)))
            .ToLookup(w => w.Equation.Target);
        return [.. groups.Select(g => new HashSet<int>(
            from item in g.Items
            from load in item.Equation.Loads()
            from writer in writers[load.Tensor]
            where Dependence.Needs(load, writer.Equation, steps)
            select writer.number))];
    }
}
