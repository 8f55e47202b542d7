using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Finds the tensors of a group that need no memory beyond a row: of an axis that is a row's only the row's place is kept, of
/// the step's axis only as many steps as are read back.
/// </summary>
internal static class LocalStorage
{
    /// <param name="largest">Elements of one tensor, and <paramref name="largestSum"/> of all of them.</param>
    /// <param name="gap">Elements to leave free between places of a ring that would otherwise be a multiple of many bytes apart.</param>
    /// <param name="isPrivate">Whether only this group reads and writes a tensor.</param>
    public static ImmutableDictionary<Tensor, LocalLayout> Of(
        Group group, IReadOnlyCollection<IndexVar> outer, Func<Tensor, bool> isPrivate, long largest, long largestSum, long gap)
    {
        var result = ImmutableDictionary.CreateBuilder<Tensor, LocalLayout>();
        Equation[] equations = [.. group.Body.Equations()];
        long total = 0;
        foreach (Tensor tensor in equations.Select(e => e.Target).Distinct())
        {
            if (!isPrivate(tensor) || equations.Any(e => e.Target == tensor && e.Accumulate)) continue;
            if (Layout(group, tensor, outer, equations, gap) is not { } layout || layout.Elements > largest || total + layout.Elements > largestSum) continue;
            total += layout.Elements;
            result[tensor] = layout;
        }

        return result.ToImmutable();
    }

    private static LocalLayout? Layout(Group group, Tensor tensor, IReadOnlyCollection<IndexVar> outer, Equation[] equations, long gap)
    {
        LoadScalar[] loads = [.. equations.SelectMany(NodeParts.Loads).Where(l => l.Tensor == tensor)];
        if (loads.Any(l => l.Access.Contains(AxisAccess.Checked) || l.Indices.Any(i => i.HasLookup()))) return null;
        bool isReplayed = group.Chunks?.Replay?.Tensors.Contains(tensor) ?? false;
        ImmutableArray<Index?>? shape = group.Shapes.TryGetValue(tensor, out ImmutableArray<Index?> known) ? known : null;
        if (shape is null) return null;
        var axes = ImmutableArray.CreateBuilder<LocalAxis>();
        for (int i = 0; i < tensor.Rank; i++)
        {
            int axis = i;
            LocalAxis? local = shape.Value[axis] is not { } canonical ? Whole(tensor.Axes[axis])
                : canonical.AsVariable() != group.Step ? Row(canonical)
                : isReplayed ? Window(group, tensor, axis, equations)
                : StepRing.Of(group, tensor, axis) is { } ring ? new LocalAxis(Index.Of(-tensor.Axes[axis].Before), ring, true) : null;
            if (local is null) return null;
            axes.Add(local);

            LocalAxis? Row(Index index)
            {
                Index start = new([.. index.Terms.Where(t => t.Atom is VariableAtom v && v.Variable != group.Lane)], 0);
                Index rest = index.Minus(start);
                IndexVar? lane = rest.AsVariable();
                long extent = 1;
                if (lane is null ? !rest.IsConstant(out long zero) || zero != 0 : !lane.Size.TryGetConstant(out extent)) return null;
                bool stays = loads.Select(l => l.Indices[axis]).Concat(equations.Where(e => e.Target == tensor).Select(e => e.Left[axis]))
                    .All(p => IndexBounds.Of(p.Minus(start)) is var (low, high) && IsAtLeast(low, 0) && IsAtLeast(extent - 1 - high, 0));
                return stays ? new LocalAxis(start, extent, false) : null;
            }
        }

        // Around all else a ring: what lies between two places of it is then a place and a gap.
        ImmutableArray<int> order = [.. Enumerable.Range(0, tensor.Rank).OrderBy(i => axes[i].IsRing ? 0 : group.Lane is { } lane && shape.Value[i] is { } s && s.Variables().Contains(lane) ? 2 : 1)];

        // What is put in where a segment begins is the only place that is read before it is written, and the first segment may have none of it.
        Equation[] entered = [.. group.Segment?.Enter.Where(e => e.Target == tensor) ?? []];
        bool isSet = entered.Length > 0 && group.Segment!.IsAlone;
        bool isZeroed = !isSet && !Coverage.IsFull(tensor, equations.Where(e => e.Target == tensor && !entered.Contains(e)));
        long place = axes.Where(a => !a.IsRing).Aggregate(1L, (n, a) => n * a.Extent);
        return new LocalLayout(axes.ToImmutable(), order, isZeroed, gap > 0 && place % (2 * gap) == 0 ? gap : 0);
    }

    private static LocalAxis? Whole(TensorAxis axis) =>
        axis.Extent.TryGetConstant(out long extent) ? new LocalAxis(Index.Of(-axis.Before), extent, false) : null;

    /// <summary>A chunk with the places around it.</summary>
    private static LocalAxis? Window(Group group, Tensor tensor, int axis, Equation[] equations)
    {
        Chunks chunks = group.Chunks!;
        Replay replay = chunks.Replay!;
        Index start = Index.Of(chunks.Chunk).Times(chunks.Length);
        long low = -replay.Behind, high = chunks.Length + replay.Ahead;
        foreach (Index read in equations.SelectMany(NodeParts.Loads).Where(l => l.Tensor == tensor).Select(l => l.Indices[axis]))
        {
            bool isOwn = read.Variables().Contains(replay.Step);
            if (!isOwn && !read.Variables().Contains(group.Step)) continue;
            if (IndexBounds.Of(read.Minus(Index.Of(isOwn ? replay.Step : group.Step))) is not var (from, to)
                || !IsAtLeast(from, low) || !IsAtLeast((isOwn ? 0 : replay.Ahead) - to, 0))
            {
                return null;
            }
        }

        return new LocalAxis(start.Plus(low), high - low, false);
    }

    private static bool IsAtLeast(Dim value, long least) => value.TryGetConstant(out long constant) && constant >= least;
}
