using System.Diagnostics;
using System.Diagnostics.Metrics;
using SsmDsl.Programs;

namespace SsmDsl.Models;

/// <summary>The meter and the activity source named <c>SsmDsl</c>. Costs nothing while nobody listens.</summary>
internal static class Telemetry
{
    public const string Name = "SsmDsl";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Sequences = Meter.CreateCounter<long>("ssmdsl.sequences", "{sequence}", "Sequences that went through a model.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("ssmdsl.run.duration", "s", "Time of one run of a program.");
    private static readonly Counter<long> Updates = Meter.CreateCounter<long>("ssmdsl.optimizer.steps", "{step}", "Optimizer steps.");

    public static Activity? Start(ProgramHost host)
    {
        if (!Source.HasListeners()) return null;
        Activity? activity = Source.StartActivity($"{host.Engine.Definition.Name}.{host.Kind}");
        activity?.SetTag("ssmdsl.model", host.Engine.Definition.Name);
        activity?.SetTag("ssmdsl.program", Kind(host.Kind));
        return activity;
    }

    public static long Now() => Duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static void Ran(ProgramHost host, nint batch, long started)
    {
        if (!Duration.Enabled && !Sequences.Enabled) return;
        var model = new KeyValuePair<string, object?>("ssmdsl.model", host.Engine.Definition.Name);
        var program = new KeyValuePair<string, object?>("ssmdsl.program", Kind(host.Kind));
        Sequences.Add(batch, model, program);
        if (started != 0) Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, model, program);
    }

    public static void Updated(string model) => Updates.Add(1, new KeyValuePair<string, object?>("ssmdsl.model", model));

    private static string Kind(ProgramKind kind) => kind switch
    {
        ProgramKind.Forward => "forward",
        ProgramKind.Evaluate => "evaluate",
        ProgramKind.Backward => "backward",
        _ => "vector_jacobian",
    };
}
