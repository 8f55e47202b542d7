using System.Text.Encodings.Web;
using System.Text.Json;
using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Bench.Reporting;

/// <summary>All results of a run, with what they were measured on.</summary>
internal sealed record Report(MachineRates Machine, string Device, IReadOnlyList<Result> Results)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The page: the machine, the table.</summary>
    public string Text() => $"""
        Machine: {MachineDescription.Processor()}; {Device}; {MachineDescription.Software()}
        Measured in the same run: {Machine}

        Times in milliseconds, medians of the faster half of interleaved rounds. Peers are other libraries in their best formulation
        for the workload; the reference is written by hand in C#; the limit is what bytes and operations need at the machine's rates.

        {ResultTable.Markdown(Results)}
        """;

    /// <summary>Writes the page, and the array of results where it is asked for.</summary>
    public void Write(Options options)
    {
        WriteFile(options.Output, Text());
        if (options.Json is { } json) WriteFile(json, JsonSerializer.Serialize(Results, Format));
    }

    /// <summary>Writes a file of results and says so.</summary>
    public static void WriteFile(string path, string text)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        File.WriteAllText(path, text);
        Console.WriteLine($"written: {path}");
    }
}
