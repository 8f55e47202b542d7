using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Makes a group of a recurrence: decides which axes are rows, and which static axis is the innermost one.</summary>
internal static class GroupCreation
{
    /// <summary>A wide axis is cut into blocks, so that a row's state, of about this many elements, stays in the nearest cache.</summary>
    private const long StateOfRow = 1024;

    private const long WidestBlock = 512, NarrowestBlock = 16;

    /// <param name="outer">Steps of the recurrences around.</param>
    /// <param name="level">The nodes beside it.</param>
    public static Group Of(Recurrence recurrence, IReadOnlyCollection<IndexVar> outer, IReadOnlyList<Node> level, LoweringTarget target)
    {
        ImmutableArray<ImmutableArray<IndexVar>> classes = [.. ParallelAxes.Of(recurrence).Axes.Where(c => !outer.Contains(c[0]))];
        ImmutableArray<IndexVar>? laneClass = LaneOf(recurrence, classes, level), narrow = null;

        // Few elements beside each other leave lanes empty that an index within a row would fill.
        if (laneClass is { } thin && target.ManyThreads && IsNarrow(thin[0])) (laneClass, narrow) = (null, laneClass);
        else if (laneClass is { } found && IsNarrow(found[0]) && NodeParts.Equations(recurrence).SelectMany(e => e.Axes).Any(a => !IsNarrow(a) && a != recurrence.Step && a.Size.IsConstant && !classes.Any(c => c.Contains(a))))
            (laneClass, narrow) = (null, laneClass);
        var rows = ImmutableArray.CreateBuilder<IndexVar>();
        IndexVar? lane = null;
        int count = NodeParts.Equations(recurrence).Count();
        long within = classes.Where(c => !c.Equals(laneClass)).Aggregate(1L, (n, c) => c[0].Size.TryGetConstant(out long size) ? Math.Min(StateOfRow, n * size) : n);
        long widest = target.ManyThreads ? WarpSchedule.Width : Math.Max(NarrowestBlock, Math.Min(WidestBlock, StateOfRow / (within * States(recurrence))));
        var maps = Enumerable.Range(0, count).Select(_ => new Dictionary<IndexVar, Index>()).ToArray();
        foreach (ImmutableArray<IndexVar> axis in classes)
        {
            Index position = Index.Of(axis[0]);
            if (axis.Equals(laneClass)) (position, lane) = Lane(axis[0], rows, widest);
            else if (!axis[0].Size.IsConstant || axis.Equals(narrow)) rows.Add(axis[0]);
            else continue;
            for (int i = 0; i < count; i++) maps[i][axis[i]] = position;
        }

        var group = new Group(recurrence.Step, recurrence.Reversed, rows.ToImmutable(), lane, [], [], [], ImmutableDictionary<Tensor, ImmutableArray<Index?>>.Empty);
        int number = 0;
        ImmutableArray<Node> members = recurrence.Members.MapEquations(e => e.Substitute(maps[number++]));
        members = members.MapEquations(e => e with { Axes = group.Ordered(e.Axes) });
        return GroupShapes.Add(group with { Members = members }, members.Equations(), outer);
    }

    /// <summary>How many tensors go from one step to the next.</summary>
    private static int States(Recurrence recurrence)
    {
        HashSet<Tensor> written = [.. NodeParts.Equations(recurrence).Select(e => e.Target)];
        return Math.Max(1, NodeParts.Equations(recurrence).SelectMany(NodeParts.Loads)
            .Where(l => written.Contains(l.Tensor) && l.Indices.Any(i => i.Variables().Contains(recurrence.Step) && i.AsVariable() is null))
            .Select(l => l.Tensor).Distinct().Count());
    }

    private static bool IsNarrow(IndexVar axis) => axis.Size.TryGetConstant(out long size) && size < NarrowestBlock;

    private static (Index Position, IndexVar Lane) Lane(IndexVar axis, ImmutableArray<IndexVar>.Builder rows, long widest)
    {
        axis.Size.TryGetConstant(out long size);
        long block = size <= widest ? size : Divisor(size, widest);
        if (block == size) return (Index.Of(axis), axis);
        var outerIndex = new IndexVar(axis.Name + "Block", size / block);
        var inner = new IndexVar(axis.Name, block);
        rows.Add(outerIndex);
        return (Index.Of(outerIndex).Times(block).Plus(Index.Of(inner)), inner);
    }

    /// <summary>The greatest divisor that makes a good block, or the size itself.</summary>
    private static long Divisor(long size, long widest)
    {
        for (long block = widest; block >= NarrowestBlock; block--)
            if (size % block == 0) return block;
        return size;
    }

    /// <summary>Of the static axes, the one that fewest readers sum over, then the longest.</summary>
    private static ImmutableArray<IndexVar>? LaneOf(Recurrence recurrence, ImmutableArray<ImmutableArray<IndexVar>> classes, IReadOnlyList<Node> level)
    {
        Equation[] equations = [.. NodeParts.Equations(recurrence)];
        HashSet<Tensor> written = [.. equations.Select(e => e.Target)];
        Equation[] readers = [.. level.OfType<Equation>().Where(e => e.Reduction is not null && NodeParts.Loads(e).Any(l => written.Contains(l.Tensor)))];
        HashSet<IndexVar> sequences = [.. equations.SelectMany(EquationSubstitution.Sequences)];
        ImmutableArray<IndexVar>[] wide = [.. classes.Where(c => c[0].Size.TryGetConstant(out long size) && size > 1 && !c.Any(sequences.Contains))];
        return wide.Length == 0 ? null : wide.OrderBy(Reduced).ThenByDescending(c => c[0].Size.TryGetConstant(out long size) ? size : 0).First();

        int Reduced(ImmutableArray<IndexVar> axis) => readers.Count(reader => NodeParts.Loads(reader).Any(load =>
        {
            int writer = Array.FindIndex(equations, e => e.Target == load.Tensor);
            if (writer < 0) return false;
            int at = equations[writer].Left.ToList().FindIndex(l => l.AsVariable() == axis[writer]);
            return at >= 0 && reader.Reduction!.Axes.Contains(load.Indices[at].AsVariable()!);
        }));
    }
}
