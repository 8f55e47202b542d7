using System.Globalization;
using System.Text.Json;
using SsmDsl.Cli.Describing;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>A result as text or JSON.</summary>
internal static class BenchReport
{
    /// <summary>Kernels with a smaller share are left out of the text.</summary>
    private const double SmallestShare = 0.005;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void WriteJson(BenchResult result, TextWriter output) => output.WriteLine(JsonSerializer.Serialize(result, Json));

    public static void WriteText(BenchResult result, TextWriter output)
    {
        output.WriteLine($"model {result.Model}, {string.Join(", ", result.Sizes.Select(s => $"{s.Key} = {Quantities.Exact(s.Value)}"))}");
        output.WriteLine($"{result.Processor}; {result.Device}; {result.Software}");
        output.WriteLine($"measured now: {Giga(result.PeakFlops)} GFLOP/s, memory read {Giga(result.MemoryRead)} GB/s, copied {Giga(result.MemoryCopy)} GB/s");
        foreach (ModeResult mode in result.Modes) Write(mode, output);
    }

    private static void Write(ModeResult mode, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{mode.Mode}: median {Time(mode.MedianMs)}, minimum {Time(mode.MinMs)}, spread {Time(mode.SpreadMs)} ({mode.Samples} samples); {Quantities.Short(mode.SamplesPerSecond)} samples/s");
        output.WriteLine($"  {Quantities.Bytes(mode.Bytes)} ({Percent(mode.BandwidthFraction)} of the bandwidth), {Quantities.Count(mode.Flops)} FLOP ({Percent(mode.PeakFraction)} of the peak), {Quantities.Count(mode.Functions)} functions; {Quantities.Bytes(mode.AllocatedBytes)} allocated{(mode.Launches is { } launches ? $"; {Quantities.Exact(launches)} launches" : "")}");
        foreach (KernelShare kernel in mode.Kernels.Where(k => k.Share >= SmallestShare))
        {
            output.WriteLine($"  {Percent(kernel.Share),7}  {Time(kernel.Ms),12}  {kernel.Calls.ToString("0.##", CultureInfo.InvariantCulture),6} ×  {kernel.Name}");
        }
    }

    private static string Time(double milliseconds) =>
        milliseconds < 1 ? string.Create(CultureInfo.InvariantCulture, $"{1000 * milliseconds:F2} µs") : string.Create(CultureInfo.InvariantCulture, $"{milliseconds:F3} ms");

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Giga(double rate) => (rate / 1e9).ToString("F0", CultureInfo.InvariantCulture);
}
