using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Generator.Tests.ForwardMode;

/// <summary>A tensor of dual numbers; places that nothing writes are 0.</summary>
internal sealed class DualTensor(Tensor tensor, Func<Dim, long> size)
{
    private readonly long[] extents = [.. tensor.Axes.Select(a => size(a.Size) + a.Before + a.After)];

    public Dual[] Elements { get; } = new Dual[tensor.Axes.Aggregate(1L, (n, a) => n * (size(a.Size) + a.Before + a.After))];

    /// <summary>The element at logical positions, or null outside of what is stored.</summary>
    public Dual? this[long[] positions]
    {
        get => Place(positions) is { } place ? Elements[place] : null;
        set => Elements[Place(positions)!.Value] = value!.Value;
    }

    private long? Place(long[] positions)
    {
        long place = 0;
        for (int i = 0; i < extents.Length; i++)
        {
            long stored = positions[i] + tensor.Axes[i].Before;
            if (stored < 0 || stored >= extents[i]) return null;
            place = place * extents[i] + stored;
        }

        return place;
    }
}
