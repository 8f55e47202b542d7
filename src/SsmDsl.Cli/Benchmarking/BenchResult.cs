using System.Text.Json.Serialization;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>What <c>ssm bench</c> found; printed, or written as JSON.</summary>
/// <param name="PeakFlops">Of the device, measured in the same run.</param>
/// <param name="MemoryRead">Bytes per second beyond the caches, read only (of a GPU: as copied).</param>
/// <param name="MemoryCopy">Bytes per second beyond the caches, half of them read and half written.</param>
internal sealed record BenchResult(
    string Model,
    string Device,
    string Processor,
    string Software,
    double PeakFlops,
    double MemoryRead,
    double MemoryCopy,
    IReadOnlyDictionary<string, long> Sizes,
    IReadOnlyList<ModeResult> Modes);

/// <summary>Times of a mode in milliseconds, and how near they are to the machine's rates.</summary>
/// <param name="SpreadMs">From the tenth to the ninetieth percentile.</param>
/// <param name="Samples">Number of timed samples.</param>
/// <param name="SamplesPerSecond">Sequences per second; of a step, positions.</param>
/// <param name="Bytes">Everything stored in the run, written once and read once, as <c>ssm describe</c> counts it.</param>
/// <param name="Flops">Counted from the equations.</param>
/// <param name="Functions">Calls of exp, log, tanh and the like.</param>
/// <param name="BandwidthFraction">Of the rate at which as many bytes are copied.</param>
/// <param name="PeakFraction">Of the machine's peak.</param>
/// <param name="AllocatedBytes">On the managed heap, a run.</param>
/// <param name="Launches">Of a GPU: kernels launched and blocks cleared, a run.</param>
internal sealed record ModeResult(
    string Mode,
    double MedianMs,
    double MinMs,
    double SpreadMs,
    int Samples,
    double SamplesPerSecond,
    double Bytes,
    double Flops,
    double Functions,
    double BandwidthFraction,
    double PeakFraction,
    double AllocatedBytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Launches,
    IReadOnlyList<KernelShare> Kernels);

/// <param name="Name">Of the kernel's method in the generated code.</param>
/// <param name="Share">Of the time of the mode.</param>
/// <param name="Ms">In a run.</param>
/// <param name="Calls">In a run.</param>
internal sealed record KernelShare(string Name, double Share, double Ms, double Calls);
