using System.Collections.Immutable;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>How a tensor that lives for one row of a group lies in the kernel's own memory.</summary>
/// <param name="Axes">One per axis of the tensor.</param>
/// <param name="Order">Axes from slowest to fastest.</param>
/// <param name="Zeroed">Some places hold 0 because nothing writes them.</param>
/// <param name="Gap">Elements between two places of a ring that hold nothing.</param>
internal sealed record LocalLayout(ImmutableArray<LocalAxis> Axes, ImmutableArray<int> Order, bool Zeroed, long Gap = 0)
{
    public long Elements => Axes.Aggregate(1L, (n, a) => n * a.Extent) + Axes.Where(a => a.IsRing).Sum(a => (a.Extent - 1) * Gap);
}

/// <summary>Position p is kept at (p - Base), modulo Ring if there is one.</summary>
internal sealed record LocalAxis(Index Base, long Extent, bool IsRing);
