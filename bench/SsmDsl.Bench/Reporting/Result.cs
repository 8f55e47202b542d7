using System.Text.Json.Serialization;

namespace SsmDsl.Bench.Reporting;

/// <summary>One row: a workload and phase.</summary>
/// <param name="Ours">Milliseconds of the generated kernels.</param>
/// <param name="Peers">By name, milliseconds, or in words why there are none.</param>
/// <param name="Reference">Milliseconds of the hand-written kernels; null where there are none.</param>
/// <param name="Limit">Milliseconds that the work needs at the least, by the machine's measured rates.</param>
internal sealed record Result(
    [property: JsonPropertyName("workload")] string Workload,
    [property: JsonPropertyName("phase")] string Phase,
    [property: JsonPropertyName("ours_ms")] double Ours,
    [property: JsonPropertyName("peers")] IReadOnlyDictionary<string, object> Peers,
    [property: JsonPropertyName("reference_ms")] double? Reference,
    [property: JsonPropertyName("limit_ms")] double Limit)
{
    /// <summary>What the workload is, for the table.</summary>
    [JsonIgnore]
    public string Title { get; init; } = "";

    /// <summary>The fastest peer, if any ran.</summary>
    [JsonIgnore]
    public double? BestPeer => Peers.Values.OfType<double>() is var times && times.Any() ? times.Min() : null;
}
