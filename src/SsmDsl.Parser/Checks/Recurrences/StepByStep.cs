using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Checking;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>
/// Finds recurrences that run step by step (SSM0501): those whose step is not linear in the past, or multiplies it by a full
/// matrix. One in the library is reported where the project uses it.
/// </summary>
internal sealed class StepByStep
{
    private readonly HashSet<CheckedLayer> seen = [];
    private readonly HashSet<SourceSpan> places = [];
    private readonly List<Diagnostic> found = [];

    /// <param name="models">Free of errors.</param>
    /// <param name="layers">The project's own layers, free of errors; those that no model uses are looked at with their words unknown.</param>
    public static IEnumerable<Diagnostic> Find(IEnumerable<CheckedModel> models, IEnumerable<CheckedLayer> layers)
    {
        var finder = new StepByStep();
        foreach (CheckedModel model in models) finder.Visit(StepFrames.Of(model, Along(model.Layer)), null);
        foreach (CheckedLayer layer in layers.Where(l => !finder.seen.Contains(l))) finder.Visit(StepFrames.Alone(layer, Along(layer)), null);
        return finder.found;
    }

    /// <summary>Any dimension: rates are not asked for.</summary>
    private static DimSymbol Along(CheckedLayer layer) => layer.Dimensions.Select(d => d.Symbol).FirstOrDefault() ?? DimSymbol.Batch;

    /// <param name="use">The use in the project's own text that leads into the library.</param>
    private void Visit(StepFrame frame, SourceSpan? use)
    {
        seen.Add(frame.Layer);
        ImmutableHashSet<DimSymbol> moving = [.. frame.Layer.Dimensions.Where(d => d.IsSequence).Select(d => d.Symbol)];
        foreach (ImmutableArray<CheckedStatement> body in Bodies(frame.Layer.Body))
        {
            foreach (ScheduledRecurrence recurrence in RunGraph.Of(body, moving, frame.Layer.NameSpan).Schedule()?.Items.OfType<ScheduledRecurrence>() ?? [])
            {
                if (StepReason.Of(recurrence, new CycleFrame(frame, null, null, [])) is { } reason) Report(reason, use);
            }

            foreach (CheckedCall call in body.OfType<CheckedCall>())
            {
                Visit(StepFrames.Enter(call, frame), call.Instance.Layer.NameSpan.File.IsLibrary ? use ?? call.Span : null);
            }
        }
    }

    /// <summary>The body, and those of its repeats.</summary>
    private static IEnumerable<ImmutableArray<CheckedStatement>> Bodies(ImmutableArray<CheckedStatement> body) =>
        body.OfType<CheckedRepeat>().SelectMany(r => Bodies(r.Body)).Prepend(body);

    private void Report(StepReason reason, SourceSpan? use)
    {
        if (!places.Add(use ?? reason.Place)) return;
        string text = $"the recurrence of '{reason.State}' runs step by step: {reason.Text}";
        RelatedPlace? cause = use is not null ? new RelatedPlace(reason.Place, "in the library")
            : reason.Cause is { } there ? new RelatedPlace(there, "here") : null;
        found.Add(new Diagnostic(DiagnosticCodes.RunsStepByStep, use ?? reason.Place, text, cause));
    }
}
