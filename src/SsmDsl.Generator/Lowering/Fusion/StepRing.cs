using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>How many newest places along the steps of a group a tensor needs, or null if that is not bounded.</summary>
internal static class StepRing
{
    public static long? Of(Group group, Tensor tensor, int axis)
    {
        Equation[] members = [.. group.Members.Equations()];
        if (Deepest(members, group, tensor, axis) is not { } depth) return null;
        if (depth > 0 && CanOverwrite(group, tensor, axis, depth)) depth--;
        long places = depth + 1;

        // Before and after the steps, relative to the step that would be next: -1 is the newest
        Index first = Index.Of(group.Reversed ? group.Step.Size - 1 : 0), next = Index.Of(group.Reversed ? -1 : group.Step.Size);
        if (Range(group.Before, first) is not var (oldest, _)) return null;
        if (Range(group.After, next) is not var (low, high)) return null;
        if (Range(group.Chunks?.Enter ?? [], group.Chunks is { } c ? Index.Of(c.Chunk).Times(c.Length) : first) is not var (border, _)) return null;
        if (Range(group.Segment?.Enter ?? [], Index.Of(group.Segment?.First ?? group.Step)) is not var (carried, _)) return null;
        if (Range(group.Segment?.Leave ?? [], Index.Of(group.Segment?.Last ?? group.Step).Plus(group.Direction)) is not var (newest, _)) return null;
        return new[] { places, -oldest, -border, -carried, -newest, -low, high - low + 1 }.Max();

        (long Low, long High)? Range(IEnumerable<Equation> equations, Index origin)
        {
            (long Low, long High) range = (-1, -1);
            foreach (Index position in Positions(equations, tensor, axis))
            {
                Index distance = position.Minus(origin).Times(group.Direction);
                if (IndexBounds.Of(distance) is not var (low, high) || !low.TryGetConstant(out long from) || !high.TryGetConstant(out long to)) return null;
                range = (Math.Min(range.Low, from), Math.Max(range.High, to));
            }

            return range;
        }
    }

    private static IEnumerable<Index> Positions(IEnumerable<Equation> equations, Tensor tensor, int axis) => equations.SelectMany(e =>
        NodeParts.Loads(e).Where(l => l.Tensor == tensor).Select(l => l.Indices[axis]).Concat(e.Target == tensor ? [e.Left[axis]] : []));

    /// <summary>How many steps back the oldest read is.</summary>
    private static long? Deepest(Equation[] members, Group group, Tensor tensor, int axis)
    {
        long depth = 0;
        foreach (Index position in Positions(members, tensor, axis))
        {
            if (Back(position, group) is not var (from, to) || from < 0) return null;
            depth = Math.Max(depth, to);
        }

        return depth;
    }

    private static (long Least, long Most)? Back(Index position, Group group) =>
        IndexBounds.Of(Index.Of(group.Step).Minus(position).Times(group.Direction)) is var (low, high)
        && low.TryGetConstant(out long from) && high.TryGetConstant(out long to)
            ? (from, to)
            : null;

    /// <summary>
    /// Whether the oldest place is read for the last time no later than just before the element at the same place within the
    /// row is written.
    /// </summary>
    private static bool CanOverwrite(Group group, Tensor tensor, int axis, long depth)
    {
        if (group.Members.Any(m => m is not Equation)) return false;
        Equation[] members = [.. group.Members.Cast<Equation>()];
        int[] writers = [.. Enumerable.Range(0, members.Length).Where(i => members[i].Target == tensor)];
        if (writers.Length != 1) return false;
        for (int i = writers[0]; i < members.Length; i++)
        {
            foreach (LoadScalar load in NodeParts.Loads(members[i]).Where(l => l.Tensor == tensor))
            {
                if (Back(load.Indices[axis], group) is not var (_, most)) return false;
                if (most < depth) continue;
                if (i > writers[0]) return false;
                for (int other = 0; other < tensor.Rank; other++)
                    if (other != axis && !Structure.AreEqual(load.Indices[other], members[i].Left[other])) return false;
            }
        }

        return true;
    }
}
