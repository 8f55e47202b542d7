using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Compilation;

/// <summary>
/// What is known of a model with errors: header, targets, metrics and the parameters of its own body and of the layers that
/// it uses, as far as they were understood.
/// </summary>
public static class HeaderSignature
{
    public static ModelSignature Of(CheckedModel model)
    {
        CheckedLayer layer = model.Layer;
        var constants = layer.Dimensions
            .Where(d => d.IsListed && Size(d.Symbol, model.Dimensions) is not null)
            .Select(d => (d.Symbol.Name, Size(d.Symbol, model.Dimensions)!.Value));
        ImmutableArray<CheckedStatement> body = layer.Body.IsDefault ? [] : layer.Body;
        var parameters = ImmutableArray.CreateBuilder<ParameterSignature>();
        AddParameters(body, new ParameterScope([], [], model.Dimensions), parameters, depth: 0);
        return new ModelSignature(
            model.Name,
            model.Namespace,
            model.Doc,
            model.NameSpan,
            [.. constants],
            [.. layer.Dimensions.Where(d => !model.Dimensions.ContainsKey(d.Symbol)).Select(d => d.Symbol)],
            [.. layer.Inputs.Select(i => new ValueSignature(i.Local.Name, Typed(i.Local.Type, model.Dimensions), true, i.Default is null ? null : 0, i.Doc))],
            [.. body.OfType<CheckedTarget>().Select(t => new ValueSignature(t.Local.Name, Typed(t.Local.Type, model.Dimensions), true, null, t.Doc))],
            [.. layer.Outputs.Select(o => new ValueSignature(o.Name, Typed(o.Type, model.Dimensions), true, null, o.Doc))],
            [.. body.OfType<CheckedMetric>().Select(m => m.Name)],
            body.OfType<CheckedLoss>().Any(),
            Distinct(parameters),
            [],
            null,
            null);
    }

    private sealed record ParameterScope(
        ImmutableArray<string?> Path,
        ImmutableArray<long> Copies,
        IReadOnlyDictionary<DimSymbol, Dim> Dimensions);

    private static void AddParameters(
        ImmutableArray<CheckedStatement> body,
        ParameterScope scope,
        ImmutableArray<ParameterSignature>.Builder parameters,
        int depth)
    {
        // A layer that contains itself is an error that this must survive.
        if (depth > 64) return;
        foreach (CheckedStatement statement in body)
        {
            switch (statement)
            {
                case CheckedParameter p:
                    parameters.Add(new ParameterSignature(
                        scope.Path.Add(p.CheckpointName), scope.Copies, Typed(p.Local.Type, scope.Dimensions), p.LearningRateFactor, p.Decay, p.Frozen, p.Doc));
                    break;
                case CheckedCall { Instance: var instance } when !instance.Layer.Body.IsDefault:
                    AddParameters(instance.Layer.Body, Inside(scope, instance), parameters, depth + 1);
                    break;
                case CheckedRepeat r when r.Count.Substitute(scope.Dimensions).TryGetConstant(out long count):
                    AddParameters(r.Body, scope with { Path = [.. scope.Path, r.Path, null], Copies = scope.Copies.Add(count) }, parameters, depth + 1);
                    break;
            }
        }
    }

    private static ParameterScope Inside(ParameterScope scope, LayerInstance instance) => scope with
    {
        Path = scope.Path.Add(instance.Path),
        Dimensions = instance.Dimensions.ToImmutableDictionary(d => d.Key, d => d.Value.Substitute(scope.Dimensions)),
    };

    private static ImmutableArray<ParameterSignature> Distinct(IEnumerable<ParameterSignature> parameters) =>
        [.. parameters.GroupBy(p => p.Name).Select(g => g.First())];

    private static TensorType Typed(TensorType type, IReadOnlyDictionary<DimSymbol, Dim> dimensions) =>
        type with { Shape = [.. type.Shape.Select(d => d.Substitute(dimensions))] };

    private static long? Size(DimSymbol symbol, IReadOnlyDictionary<DimSymbol, Dim> dimensions) =>
        dimensions.TryGetValue(symbol, out Dim? value) && value.TryGetConstant(out long size) ? size : null;
}
