using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>What of a forward group is computed again by a backward one.</summary>
/// <param name="Names">The backward group's positions for the forward group's indices.</param>
/// <param name="Members">Equations that run again, in order.</param>
/// <param name="Behind">Of each tensor that they write: how many places before a chunk are read.</param>
/// <param name="Ahead">Steps beyond a chunk that are read.</param>
internal sealed record RecomputationPlan(
    ImmutableDictionary<IndexVar, Index> Names, ImmutableArray<Equation> Members, ImmutableDictionary<Tensor, int> Behind, int Ahead, int Length)
{
    /// <summary>An element may cost this many operations; a dearer one is stored.</summary>
    private const long DearestElement = 120;

    private const int LongestReach = 8;

    public static RecomputationPlan? Find(Group first, Group second, ImmutableDictionary<IndexVar, Index> names, TensorUsers users, LoweringTarget target)
    {
        if (first.Chunks is not null || second.Chunks is not null || first.Members.Any(m => m is not Equation)) return null;
        Equation[] members = [.. first.Members.Cast<Equation>()];
        var written = members.ToLookup(e => e.Target);
        bool IsBetween(Tensor tensor) => users.AreOnly(tensor, first, second);
        Tensor[] read = [.. second.Members.Equations().SelectMany(NodeParts.Loads).Select(l => l.Tensor).Distinct().Where(t => written[t].Any() && IsBetween(t))];
        HashSet<Tensor> wanted = [.. read.Where(t => IsAligned(t, first, second, names))];
        if (wanted.Count == 0) return null;
        if (second.Before.Concat(second.After).SelectMany(NodeParts.Loads).Any(l => wanted.Contains(l.Tensor))) return null;

        for (int before = 0; before != wanted.Count;)
        {
            before = wanted.Count;
            wanted.UnionWith(members.Where(m => wanted.Contains(m.Target)).SelectMany(NodeParts.Loads).Select(l => l.Tensor).Where(t => written[t].Any() && IsBetween(t)));
        }

        if (wanted.Any(t => !first.Shapes.ContainsKey(t) || !read.Where(wanted.Contains).All(r => IsAligned(r, first, second, names)))) return null;
        ImmutableArray<Equation> again = [.. members.Where(m => wanted.Contains(m.Target))];
        if (again.Any(e => ScalarCost.PerElement(e) > DearestElement)) return null;
        return Reach(first, second, wanted, again) is not var (behind, ahead) || LengthOf(first, wanted, behind, target) is not { } length
            ? null
            : new RecomputationPlan(names, again, behind, ahead, length);
    }

    /// <summary>All reads in the backward group are within the same row.</summary>
    private static bool IsAligned(Tensor tensor, Group first, Group second, ImmutableDictionary<IndexVar, Index> names)
    {
        if (!first.Shapes.TryGetValue(tensor, out ImmutableArray<Index?> shape)) return false;
        var substitution = new Substitution(names);
        return second.Members.Equations().SelectMany(NodeParts.Loads).Where(l => l.Tensor == tensor).All(load =>
            !load.Access.Contains(AxisAccess.Checked) && Enumerable.Range(0, shape.Length).All(axis =>
                shape[axis] is not { } canonical
                || (canonical.AsVariable() == first.Step
                    ? Distance(load.Indices[axis], second.Step) is not null
                    : Structure.AreEqual(substitution.Apply(canonical), load.Indices[axis]))));
    }

    private static (long Low, long High)? Distance(Index index, IndexVar step) =>
        IndexBounds.Of(index.Minus(Index.Of(step))) is var (low, high) && low.TryGetConstant(out long from) && high.TryGetConstant(out long to)
        && from >= -LongestReach && to <= LongestReach
            ? (from, to)
            : null;

    private static (ImmutableDictionary<Tensor, int> Behind, int Ahead)? Reach(Group first, Group second, HashSet<Tensor> wanted, ImmutableArray<Equation> again)
    {
        var behind = wanted.ToDictionary(t => t, _ => 0);
        int ahead = 0;
        foreach ((Equation equation, IndexVar step, bool isBack) in again.Select(e => (e, first.Step, false))
            .Concat(second.Members.Equations().Select(e => (e, second.Step, true))))
        {
            foreach (LoadScalar load in NodeParts.Loads(equation).Where(l => wanted.Contains(l.Tensor)))
            {
                int axis = StepAxis(first, load.Tensor);
                if (axis < 0 || Distance(load.Indices[axis], step) is not var (low, high) || (!isBack && high > 0)) return null;
                behind[load.Tensor] = Math.Max(behind[load.Tensor], (int)-low);
                if (isBack) ahead = Math.Max(ahead, (int)high);
            }
        }

        return (behind.ToImmutableDictionary(), ahead);
    }

    public static int StepAxis(Group group, Tensor tensor)
    {
        ImmutableArray<Index?> shape = group.Shapes[tensor];
        for (int i = 0; i < shape.Length; i++)
            if (shape[i]?.AsVariable() == group.Step) return i;
        return -1;
    }

    /// <summary>The longest chunk for which there is fast memory; where there is none, the shortest that fits at all; or null.</summary>
    private static int? LengthOf(Group first, HashSet<Tensor> wanted, ImmutableDictionary<Tensor, int> behind, LoweringTarget target)
    {
        long elements = 0;
        foreach (Tensor tensor in wanted)
        {
            long within = 1;
            for (int axis = 0; axis < tensor.Rank; axis++)
            {
                Index? canonical = first.Shapes[tensor][axis];
                Dim size = canonical is null ? tensor.Axes[axis].Extent
                    : canonical.Variables().Contains(first.Lane) ? first.Lane!.Size : 1;
                if (canonical is null && tensor.Axes[axis] is not { Before: 0, After: 0 }) return null;
                if (canonical is not null && canonical.AsVariable() is null && canonical.Variables().Count() != 2) return null;
                if (!size.TryGetConstant(out long extent)) return null;
                within *= Math.Max(1, extent);
            }

            if (tensor.Axes[StepAxis(first, tensor)].After > 0) return null;
            elements += within;
        }

        // The lanes of a warp hold a part each.
        if (target.ManyThreads && first.Lane is { } lane && lane.Size.TryGetConstant(out long lanes)) elements = (elements + lanes - 1) / lanes;
        int most = behind.Values.Max();
        foreach (int length in target.ChunkLengths)
            if (elements * (length + most) <= target.WantedChunk) return length;
        int shortest = target.ChunkLengths[^1];
        return elements * (shortest + most) <= target.LargestChunk ? shortest : null;
    }
}
