using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Streaming;
using SsmDsl.Text;

namespace SsmDsl.Expansion;

/// <summary>What the outside sees of a model.</summary>
internal static class Signatures
{
    public static ModelSignature Of(
        CheckedModel model,
        DraftModel draft,
        ImmutableArray<DimSymbol> dynamic,
        ImmutableArray<StreamState> states,
        DimSymbol? stream,
        (string, SourceSpan)? obstacle)
    {
        CheckedLayer layer = model.Layer;
        return new ModelSignature(
            model.Name,
            model.Namespace,
            model.Doc,
            model.NameSpan,
            [.. layer.Dimensions.SelectMany(d => model.Dimensions.TryGetValue(d.Symbol, out Dim? size) && size.TryGetConstant(out long value)
                ? new[] { (d.Symbol.Name, value) }
                : [])],
            dynamic,
            [.. draft.Inputs.Zip(layer.Inputs, (slot, input) => Value(slot, hasBatch: true, input.Doc) with { Default = DefaultOf(input.Default) })],
            [.. draft.Targets.Zip(layer.Body.OfType<CheckedTarget>(), (slot, target) => Value(slot, hasBatch: true, target.Doc))],
            [.. draft.Outputs.Select(o => Value(o.Slot, o.Slot.Prefix.Contains(draft.Batch), o.Output.Doc))],
            [.. draft.Metrics.Select(m => m.Metric.Name)],
            draft.Loss is not null,
            [.. draft.Parameters.Select(Initialisers.Signature)],
            [.. states.Select(State)],
            stream,
            obstacle);
    }

    private static ValueSignature Value(Slot slot, bool hasBatch, string? doc) =>
        new(slot.Name, new TensorType(slot.Element, slot.Shape), hasBatch, null, doc);

    private static ValueSignature State(StreamState state)
    {
        bool hasBatch = state.Before.Rank > 0 && state.Before.Axes[0].Size.Equals(Dim.Of(DimSymbol.Batch));
        ImmutableArray<Dim> shape = [.. state.Before.Axes.Skip(hasBatch ? 1 : 0).Select(a => a.Size)];
        return new ValueSignature(state.Name, new TensorType(state.Before.Element, shape), hasBatch, null, null);
    }

    private static double? DefaultOf(CheckedExpression? expression) => expression switch
    {
        ConstantExpression c => c.Real,
        OperationExpression { Op: ScalarOp.ToReal or ScalarOp.ToComplex } o => DefaultOf(o.Arguments[0]),
        OperationExpression { Op: ScalarOp.Negate } o => -DefaultOf(o.Arguments[0]),
        _ => null,
    };
}
