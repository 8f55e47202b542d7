using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Streaming;

/// <summary>
/// How the state of a tensor is laid out: batch, copies, look-back (in the place of the stream's axis), the rest. What has no
/// batch keeps its order.
/// </summary>
internal sealed record StateLayout(Tensor Before, Tensor After, ImmutableArray<int> Order)
{
    /// <param name="streamAxis">The axis whose newest <paramref name="lookBack"/> positions are kept, or -1: the whole tensor is.</param>
    public static StateLayout Of(Tensor tensor, string name, int streamAxis, int lookBack)
    {
        int batch = tensor.Axes.ToList().FindIndex(a => a.Size.Equals(Dim.Of(DimSymbol.Batch)));
        var all = Enumerable.Range(0, tensor.Rank);
        ImmutableArray<int> order = batch < 0
            ? [.. all]
            : [batch, .. all.Take(batch), .. all.Where(i => i == streamAxis), .. all.Skip(batch + 1).Where(i => i != streamAxis)];
        ImmutableArray<TensorAxis> axes = [.. order.Select(i => new TensorAxis(i == streamAxis ? lookBack : tensor.Axes[i].Size))];
        return new StateLayout(
            new Tensor(name, tensor.Element, axes, tensor.Origin), new Tensor(name, tensor.Element, axes, tensor.Origin), order);
    }

    public ImmutableArray<T> Ordered<T>(ImmutableArray<T> items) => [.. Order.Select(i => items[i])];

    /// <summary>The state at the start of the chunk, for a place of the tensor.</summary>
    public LoadScalar Load(ImmutableArray<Index> place) =>
        new(Before, Ordered(place), [.. place.Select(_ => AxisAccess.InRange)]);
}

internal sealed record StreamState(string Name, Tensor Before, Tensor After);

/// <summary>Names of states: the path of what is remembered, the same whatever is optimised later.</summary>
internal sealed class StateNames(IReadOnlyDictionary<Tensor, string> paths)
{
    private readonly HashSet<string> used = [];

    public string For(Tensor tensor, string suffix = "")
    {
        string path = paths[tensor].Replace(".*", "") + suffix;
        string name = path;
        for (int i = 2; !used.Add(name); i++) name = $"{path}_{i}";
        return name;
    }
}
