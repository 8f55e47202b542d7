using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>Makes the frames of a model and of the calls in it.</summary>
internal static class StepFrames
{
    public static StepFrame Of(CheckedModel model, DimSymbol time)
    {
        StepFrame? frame = null;
        frame = new StepFrame(model.Layer, time, model.Dimensions, Hyper(model.Hyperparameters, () => frame, null), null)
        {
            Needed = LayerFacts.Of(model.Layer).Needed,
        };
        return frame;
    }

    /// <summary>A layer by itself: its sizes and words are not known.</summary>
    public static StepFrame Alone(CheckedLayer layer, DimSymbol time) =>
        new(layer, time, ImmutableDictionary<DimSymbol, Dim>.Empty, _ => (null, null, null), null)
        {
            Needed = LayerFacts.Of(layer).Needed,
        };

    public static StepFrame Enter(CheckedCall call, StepFrame caller)
    {
        CheckedLayer layer = call.Instance.Layer;
        Local[] asked = [.. layer.Outputs.Where((_, i) => call.Results[i] is { } result && caller.Needed.Contains(result)).Select(o => o.Value)];
        LayerFacts facts = LayerFacts.Of(layer);
        var frame = new StepFrame(layer, caller.Time, Sizes(call, caller), Hyper(call.Instance.Hyperparameters, () => caller, caller), caller.Use ?? call.Span)
        {
            Needed = asked.Length == layer.Outputs.Length ? facts.Needed : Needs.Of(facts.Sources, asked),
        };
        bool isLifted = call.Lifted.Any(caller.HasTime);
        for (int i = 0; i < layer.Inputs.Length; i++)
        {
            if (call.Arguments[i] is { } argument)
                frame.Raise(layer.Inputs[i].Local, isLifted && call.ArgumentIsLifted[i] ? StepRate.Step : caller.Rate(argument));
        }
        return frame;
    }

    /// <summary>The callee's sizes over the model's symbols: the instance's, except for what differs from use to use.</summary>
    private static ImmutableDictionary<DimSymbol, Dim> Sizes(CheckedCall call, StepFrame caller)
    {
        CheckedLayer layer = call.Instance.Layer;
        var inferred = layer.Dimensions.Where(d => !d.IsListed).Select(d => d.Symbol).ToList();
        var instance = call.Instance.Dimensions.ToImmutableDictionary(d => d.Key, d => caller.Size(d.Value));
        var axes = new List<(Dim, Dim)>();
        for (int i = 0; i < layer.Inputs.Length; i++)
        {
            if (call.Arguments[i] is not { } argument) continue;
            int lifted = call.ArgumentIsLifted[i] ? call.Lifted.Length : 0;
            axes.AddRange(layer.Inputs[i].Local.Type.Shape.Zip(argument.Type.Shape.Skip(lifted), (e, a) => (e, caller.Size(a))));
        }
        return instance.SetItems(DimSolver.Solve(axes, instance.RemoveRange(inferred), inferred).Values);
    }

    private static Func<Hyperparameter, (CheckedExpression?, StepFrame?, string?)> Hyper(
        ImmutableDictionary<Hyperparameter, HyperArgument> values, Func<StepFrame?> giver, StepFrame? caller) => parameter =>
        !values.TryGetValue(parameter, out HyperArgument? value) ? (null, null, null)
        : value.PassedOn is { } passed && caller is not null ? caller.HyperValue(passed)
        : (value.Value, giver(), value.Word);
}
