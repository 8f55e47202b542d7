using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>Whether a model can run step by step: whether each step needs only this position and a bounded number of earlier ones.</summary>
public static class Steppability
{
    /// <summary>
    /// The dimension along which a stream of the model would run: its only dynamic one. Null if there is none or several.
    /// </summary>
    public static DimSymbol? StreamDimension(CheckedModel model) =>
        Dynamic(model) is [var single] ? single : null;

    /// <summary>
    /// Everything that keeps a model from running step by step, in the order of the text (that of layers where they are used);
    /// empty if it can (or if no dimension is dynamic). Places are different; what only the loss and metrics need is left out.
    /// The model must be free of errors.
    /// </summary>
    public static ImmutableArray<StepObstacle> Find(CheckedModel model)
    {
        ImmutableArray<DimSymbol> dynamic = Dynamic(model);
        if (dynamic.IsEmpty) return [];
        if (dynamic.Length > 1) return [Several(model, dynamic)];
        StepFrame frame = StepFrames.Of(model, dynamic[0]);
        StepRates.Find(frame);
        var obstacles = new StepObstacles();
        obstacles.Add(frame);
        return [.. obstacles.Found.GroupBy(o => o.Place).Select(g => g.First())];
    }

    /// <summary>The finding for the first obstacle, or null.</summary>
    public static Diagnostic? Check(CheckedModel model) => Find(model).FirstOrDefault() is { } obstacle
        ? new Diagnostic(DiagnosticCodes.NotSteppable, obstacle.Place, $"{model.Name} cannot run step by step: {obstacle.Reason}",
            obstacle.Use is { } use ? new RelatedPlace(use, "used here") : null)
        : null;

    private static ImmutableArray<DimSymbol> Dynamic(CheckedModel model) =>
        [.. model.Layer.Dimensions.Select(d => d.Symbol).Where(s => !model.Dimensions.ContainsKey(s))];

    private static StepObstacle Several(CheckedModel model, ImmutableArray<DimSymbol> dynamic)
    {
        // at the input that brings the second one
        LayerInput? input = model.Layer.Inputs.FirstOrDefault(i => i.Local.Type.Shape.Any(d => d.Symbols.Contains(dynamic[1])));
        return new(StepObstacleKind.SeveralDynamic, $"{string.Join(" and ", dynamic)} are dynamic, and a stream runs along one dimension",
            input?.Local.Span ?? model.NameSpan, null);
    }
}
