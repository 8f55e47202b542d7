using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Checks;

/// <summary>
/// Finds recurrences that run step by step (SSM0501: their step is not linear in the past, or multiplies it by a full matrix) and
/// linear ones that can blow up (SSM0401). What stands in the library is reported where the project uses it.
/// </summary>
internal sealed class RecurrenceFindings
{
    private const string Bounded = "sigmoid(w), tanh(w), exp(-exp(w)) and exp(-softplus(w)) of a parameter w stay within 1";

    private readonly Ranges ranges = new();
    private readonly HashSet<CheckedLayer> seen = [];
    private readonly HashSet<(DiagnosticCode Code, SourceSpan Place)> places = [];
    private readonly List<Diagnostic> found = [];

    /// <param name="models">Free of errors.</param>
    /// <param name="layers">The project's own layers, free of errors; those that no model uses are looked at with their words unknown.</param>
    public static IEnumerable<Diagnostic> Find(IEnumerable<CheckedModel> models, IEnumerable<CheckedLayer> layers)
    {
        var finder = new RecurrenceFindings();
        foreach (CheckedModel model in models) finder.Visit(model.Layer, new(() => new CycleFrame(StepFrames.Of(model, Along(model.Layer)), null, null, [])), null);
        foreach (CheckedLayer layer in layers.Where(l => !finder.seen.Contains(l)))
            finder.Visit(layer, new(() => new CycleFrame(StepFrames.Alone(layer, Along(layer)), null, null, [])), null);
        return finder.found;
    }

    /// <summary>Any dimension: rates are not asked for.</summary>
    private static DimSymbol Along(CheckedLayer layer) => layer.Dimensions.Select(d => d.Symbol).FirstOrDefault() ?? DimSymbol.Batch;

    /// <param name="frame">Made where a recurrence is looked at: most layers have none.</param>
    /// <param name="use">The use in the project's own text that leads into the library.</param>
    private void Visit(CheckedLayer layer, Lazy<CycleFrame> frame, SourceSpan? use)
    {
        seen.Add(layer);
        foreach (LayerBody body in LayerFacts.Of(layer).All)
        {
            foreach (ScheduledRecurrence recurrence in body.Recurrences)
            {
                StepTerms step = StepTerms.Of(recurrence, frame.Value);
                if (StepReason.Of(step) is { } reason) Report(reason, use);
                if (Growth.Of(step, ranges) is { } growth) Report(growth, use);
            }

            foreach (CheckedCall call in body.Calls)
            {
                CheckedLayer inner = call.Instance.Layer;
                bool isLibrary = inner.NameSpan.File.IsLibrary;
                if (!isLibrary || LayerFacts.Of(inner).Recurs) Visit(inner, new(() => frame.Value.Enter(call, [])), isLibrary ? use ?? call.Span : null);
            }
        }
    }

    private void Report(StepReason reason, SourceSpan? use)
    {
        RelatedPlace? cause = use is not null ? new RelatedPlace(reason.Place, "in the library")
            : reason.Cause is { } there ? new RelatedPlace(there, "here") : null;
        Report(new Diagnostic(DiagnosticCodes.RunsStepByStep, use ?? reason.Place, $"the recurrence of '{reason.State}' runs step by step: {reason.Text}", cause));
    }

    private void Report(Growth growth, SourceSpan? use)
    {
        // the coefficient of a cell may stand in the library
        SourceSpan? away = use ?? (growth.Place.File.IsLibrary ? growth.Left : null);
        RelatedPlace? cause = away is null ? null : new RelatedPlace(growth.Place, "in the library");
        Report(new Diagnostic(DiagnosticCodes.Unstable, away ?? growth.Place, $"the recurrence of '{growth.State}' can blow up: {growth.Text}", cause, Bounded));
    }

    private void Report(Diagnostic finding)
    {
        if (places.Add((finding.Code, finding.Span))) found.Add(finding);
    }
}
