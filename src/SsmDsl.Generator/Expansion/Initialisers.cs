using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

/// <summary>The program that makes the initial values of parameters.</summary>
internal static class Initialisers
{
    public static GraphProgram Build(DraftModel model, ImmutableArray<DimSymbol> dynamic)
    {
        // tensors of their own: here they are results
        var translation = new Translation(model.Batch, stream: null);
        foreach (ParameterSlot parameter in model.Parameters) Emit(parameter, translation);
        var ports = model.Parameters
            .Select(p => new Port(PortKind.ParameterValue, Signature(p).Name, translation.TensorOf(p.Slot)))
            .ToImmutableArray();
        var copies = new HashSet<IndexVar>(model.Parameters.SelectMany(p => p.Slot.Scope).Select(a => a.Copy).OfType<IndexVar>());
        return new GraphBuilder(dynamic, copies).Build("Initialise", translation.Graph.Equations, [], ports);
    }

    public static ParameterSignature Signature(ParameterSlot parameter)
    {
        CheckedParameter source = parameter.Source;
        return new ParameterSignature(
            parameter.Path,
            [.. parameter.Scope.Copies.Select(a => Constant(a.Size))],
            new TensorType(parameter.Slot.Element, parameter.Slot.Shape),
            source.LearningRateFactor,
            source.Decay,
            source.Frozen,
            source.Doc);
    }

    private static long Constant(Dim size) =>
        size.TryGetConstant(out long value) ? value : throw new InvalidOperationException($"a number of copies is not static: {size}");

    private static void Emit(ParameterSlot parameter, Translation translation)
    {
        Slot slot = parameter.Slot;
        // copy axes of the parameter, under which the initialiser knows them
        var prefix = ImmutableDictionary<PrefixAxis, Index>.Empty;
        foreach (PrefixAxis axis in slot.Prefix)
        {
            prefix = prefix.SetItem(axis, Index.Of(axis.Copy!));
            if (parameter.Frame.ParameterCopies.TryGetValue(axis, out AxisSource? source) && source is PrefixSource { Axis: var own })
                prefix = prefix.SetItem(own, Index.Of(axis.Copy!));
        }

        ImmutableArray<IndexVar> copies = [.. slot.Prefix.Select(a => a.Copy!)];
        Place place = translation.PlaceOf(parameter.Frame, slot, Signature(parameter).Name, prefix, copies);
        ImmutableArray<IndexVar> axes = place.Fresh(parameter.Source.Axes);
        place = place.With(parameter.Source.Axes, axes);
        translation.Emit(
            translation.TensorOf(slot),
            [.. copies.Concat(axes).Select(Index.Of)],
            [.. copies, .. axes],
            parameter.Source.Init,
            place,
            parameter.Source.Span);
    }
}
