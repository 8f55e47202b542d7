using System.Runtime.InteropServices;

namespace SsmDsl.Cli.Benchmarking;

/// <summary>What a result was measured on.</summary>
internal static class MachineDescription
{
    public static string Processor()
    {
        const string cpuInfo = "/proc/cpuinfo";
        string? model = File.Exists(cpuInfo)
            ? File.ReadLines(cpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return $"{model ?? "unknown processor"} ({RuntimeInformation.ProcessArchitecture}), {Environment.ProcessorCount} processors";
    }

    public static string Software() => $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}";
}
