using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>The sizes of a layer at one use: those of the instance, and those that differ from use to use.</summary>
internal static class CallDimensions
{
    public static ImmutableDictionary<DimSymbol, Dim> Of(CheckedCall call, Frame caller)
    {
        CheckedLayer layer = call.Instance.Layer;
        var sizes = call.Instance.Dimensions.ToImmutableDictionary(d => d.Key, d => caller.Size(d.Value)).ToBuilder();
        var open = new HashSet<DimSymbol>(layer.Dimensions.Where(d => !d.IsListed).Select(d => d.Symbol));
        for (int i = 0; i < layer.Inputs.Length; i++)
        {
            if (call.Arguments[i] is not { } argument) continue;
            int lifted = call.ArgumentIsLifted[i] ? call.Lifted.Length : 0;
            ImmutableArray<Dim> shape = layer.Inputs[i].Local.Type.Shape;
            for (int axis = 0; axis < shape.Length; axis++) Infer(shape[axis], caller.Size(argument.Type.Shape[lifted + axis]), sizes, open);
        }
        return sizes.ToImmutable();
    }

    /// <summary>An axis a·S + b of size n gives S = (n - b)/a.</summary>
    private static void Infer(Dim axis, Dim size, ImmutableDictionary<DimSymbol, Dim>.Builder sizes, HashSet<DimSymbol> open)
    {
        var unknown = axis.Symbols.Where(open.Contains).ToList();
        if (unknown.Count != 1) return;
        Dim rest = axis.Substitute(sizes.Where(s => !s.Key.Equals(unknown[0])).ToDictionary(s => s.Key, s => s.Value));
        Dim At(long value) => rest.Substitute(new Dictionary<DimSymbol, Dim> { [unknown[0]] = value });
        Dim factor = At(1) - At(0);
        // linear, and nothing else unknown (symbols of the model are known)
        if (factor.Equals(0) || !At(2).Equals(At(1) + factor)) return;
        sizes[unknown[0]] = (size - At(0)) / factor;
        open.Remove(unknown[0]);
    }
}
