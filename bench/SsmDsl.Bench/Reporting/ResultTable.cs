using System.Globalization;
using System.Text;

namespace SsmDsl.Bench.Reporting;

/// <summary>Results as a table: of a terminal, and of a page.</summary>
internal static class ResultTable
{
    public static readonly string[] Columns = ["workload", "phase", "ours", "peers", "reference", "limit", "peer/ours", "ours/reference", "limit/ours"];

    /// <summary>The cells of a row, in milliseconds and ratios.</summary>
    public static string[] Cells(Result row) =>
    [
        row.Workload,
        row.Phase,
        Time(row.Ours),
        row.Peers.Count == 0 ? "–" : string.Join(", ", row.Peers.Select(p => $"{p.Key} {(p.Value is double time ? Time(time) : Short(p.Value.ToString()!))}")),
        row.Reference is { } reference ? Time(reference) : "–",
        Time(row.Limit),
        row.BestPeer is { } peer ? Ratio(peer / row.Ours) : "–",
        row.Reference is { } hand ? Ratio(row.Ours / hand) : "–",
        Ratio(row.Limit / row.Ours),
    ];

    /// <summary>Our time, and its ratio to that of the hand-written kernels.</summary>
    public static string[] AgainstReference(Result row) => [Time(row.Ours), row.Reference is { } hand ? Ratio(row.Ours / hand) : "–"];

    /// <summary>A table for a Markdown page.</summary>
    public static string Markdown(IEnumerable<Result> rows)
    {
        var text = new StringBuilder();
        text.AppendLine($"| {string.Join(" | ", Columns)} |");
        text.AppendLine($"| {string.Join(" | ", Columns.Select((_, i) => i is 2 or > 3 ? "---:" : "---"))} |");
        foreach (Result row in rows) text.AppendLine($"| {string.Join(" | ", Cells(row))} |");
        return text.ToString();
    }

    /// <summary>Why there is no time, as far as a cell can say it; the file of results says all of it.</summary>
    private static string Short(string reason)
    {
        const int longest = 90;
        string plain = reason.Replace('|', '/');
        return plain.Length <= longest ? $"({plain})" : $"({plain[..longest]}…)";
    }

    private static string Time(double milliseconds) => milliseconds.ToString(milliseconds < 0.1 ? "F4" : milliseconds < 10 ? "F3" : "F1", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString(ratio < 10 ? "F2" : "F1", CultureInfo.InvariantCulture);
}
