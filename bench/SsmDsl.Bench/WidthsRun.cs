using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SsmDsl.Bench.Reference;
using SsmDsl.Bench.Reporting;

namespace SsmDsl.Bench;

/// <summary>Quick runs, each in a process for which .NET leaves the wider vectors out.</summary>
internal static class WidthsRun
{
    /// <summary>The widths, with what takes the wider ones away.</summary>
    private static readonly (int Bits, string? Without)[] Widths =
        [(Widest.Bits512, null), (Widest.Bits256, "DOTNET_EnableAVX512"), (Widest.Bits128, "DOTNET_EnableAVX")];

    public static void Run(Options options, CancellationToken stopped)
    {
        var widths = Widths.Where(w => w.Bits <= Widest.Bits).ToArray();
        var results = widths.Select(w => Measure(w.Bits, w.Without, options, stopped)).ToArray();
        var text = new StringBuilder($"| workload | phase |{string.Concat(widths.Select(w => $" {w.Bits} bits: ours | ours/reference |"))}\n");
        text.Append($"| --- | --- |{string.Concat(widths.Select(_ => " ---: | ---: |"))}\n");
        for (int row = 0; row < results[0].Length; row++)
        {
            text.Append($"| {results[0][row].Workload} | {results[0][row].Phase} |");
            foreach (Result[] width in results) text.Append($" {string.Join(" | ", ResultTable.AgainstReference(width[row]))} |");
            text.Append('\n');
        }

        Console.WriteLine(text);
        Report.WriteFile(options.Output, text.ToString());
    }

    private static Result[] Measure(int bits, string? without, Options options, CancellationToken stopped)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!);
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet") start.ArgumentList.Add(typeof(WidthsRun).Assembly.Location);
            foreach (string argument in Arguments(options, file)) start.ArgumentList.Add(argument);
            if (without is not null) start.Environment[without] = "0";
            using Process process = Process.Start(start) ?? throw new IOException("no process could be started");
            process.WaitForExitAsync(stopped).GetAwaiter().GetResult();
            if (process.ExitCode != 0) throw new IOException($"the process that measures vectors of {bits} bits ended with {process.ExitCode}");
            return JsonSerializer.Deserialize<Result[]>(File.ReadAllText(file))!;
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".md");
        }
    }

    private static string[] Arguments(Options options, string file) =>
    [
        "quick", "--no-peers", "--json", file, "--out", file + ".md",
        .. options.Threads > 0 ? ["--threads", options.Threads.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. options.Only.Length > 0 ? ["--only", string.Join(',', options.Only)] : Array.Empty<string>(),
    ];
}
