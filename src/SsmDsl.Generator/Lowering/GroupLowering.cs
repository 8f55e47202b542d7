using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>Lowers a group to one kernel, with memory of its own for what nothing else sees.</summary>
internal static class GroupLowering
{
    /// <param name="outer">Steps of the copies around.</param>
    /// <param name="isPrivate">Whether nothing outside of the group sees a tensor.</param>
    public static Kernel Lower(Group group, ImmutableArray<IndexVar> outer, string name, CheckTable checks, Func<Tensor, bool> isPrivate, LoweringTarget target)
    {
        Node within = OuterSteps.Without(group, outer);

        // A warp has room for more than a thread, if its threads share the room out and not what is in it.
        long threads = target.ManyThreads && group.Lane is { } lane && lane.Size.TryGetConstant(out long lanes) ? lanes : 1;
        Kernel spread = WithRoom(threads);
        return threads == 1 || spread.Locals.Sum(l => l.Elements) <= target.LargestLocals ? spread : WithRoom(1);

        Kernel WithRoom(long factor) => KernelLowering.Lower(
            within, name, checks, LocalStorage.Of(group, outer, isPrivate, factor * target.LargestLocal, factor * target.LargestLocals, target.RingGap), target);
    }
}
