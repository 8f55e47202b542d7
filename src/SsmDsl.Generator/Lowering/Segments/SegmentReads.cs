using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>Which places of what its steps write a group reads.</summary>
/// <param name="writers">Members by what they write.</param>
internal sealed class SegmentReads(Group group, GroupElements elements, ILookup<Tensor, Equation> writers)
{
    private readonly HashSet<Tensor> carried = [];

    /// <summary>Tensors of which steps read what the step before them wrote; null if steps, or what is around them, read other places.</summary>
    public ImmutableHashSet<Tensor>? Carried()
    {
        bool fits = group.Members.Equations().All(InSteps) && (group.Chunks?.Enter ?? []).All(AtChunk)
            && (group.Chunks?.Replay?.Members ?? []).Equations().Concat(group.Before).All(e => Written(e).Length == 0)
            && group.After.All(AtEnd);
        return fits ? [.. carried] : null;
    }

    private bool InSteps(Equation equation) => Written(equation).All(r =>
    {
        if (r.Load.Access.Contains(AxisAccess.Checked)) return false;
        if (r.Position.AsVariable() == group.Step) return true;
        carried.Add(r.Load.Tensor);
        return SegmentPlan.IsBack(r.Load, r.Axis, group);
    });

    /// <summary>What is kept at the border of chunks is what the step before it wrote.</summary>
    private bool AtChunk(Equation equation) => Written(equation).All(r =>
    {
        carried.Add(r.Load.Tensor);
        Index distance = r.Position.Minus(Index.Of(group.Chunks!.Chunk).Times(group.Chunks.Length));
        return !group.Reversed && IndexBounds.Of(distance) is var (low, high) && low.Equals((Semantics.Dim)(-1)) && high.Equals(low);
    });

    /// <summary>Once the steps are over: what the last wrote, or what was written since.</summary>
    private bool AtEnd(Equation equation) => Written(equation).All(r =>
        Structure.AreEqual(r.Position, Index.Of(group.Reversed ? 0 : group.Step.Size - 1))
        || group.After.Any(e => e.Target == r.Load.Tensor && Structure.AreEqual(e.Left[r.Axis], r.Position)));

    private (LoadScalar Load, int Axis, Index Position)[] Written(Equation equation) =>
    [
        .. NodeParts.Loads(equation).Where(l => writers.Contains(l.Tensor)).Select(l => elements.StepAxis(writers[l.Tensor].First()) is var axis ? (l, axis, l.Indices[axis]) : default),
    ];
}
