using System.Globalization;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>The table of the library: layer × check × device.</summary>
internal static class LibraryTable
{
    private static readonly Check[] Columns = Enum.GetValues<Check>();

    /// <summary>Runs all checks and prints a line per layer, then what failed.</summary>
    /// <returns>How many cells failed.</returns>
    public static int Print(IReadOnlyList<LibraryRow> rows, IReadOnlyList<TargetDevice> devices, TextWriter output)
    {
        int name = rows.Max(r => r.Name.Length);
        int group = Columns.Sum(c => Title(c).Length + 1);
        output.WriteLine($"{new string(' ', name)} {string.Concat(devices.Select(d => " | " + d.Name.PadRight(group - 1)))}".TrimEnd());
        string titles = string.Join(' ', Columns.Select(Title));
        output.WriteLine($"{"layer".PadRight(name)} {string.Concat(devices.Select(_ => " | " + titles))}");
        var failures = new List<string>();
        int good = 0;
        foreach (LibraryRow row in rows)
        {
            output.Write(row.Name.PadRight(name) + " ");
            foreach (TargetDevice device in devices)
            {
                output.Write(" |");
                foreach (Check check in Columns)
                {
                    string[] problems = row.Cells.Contains(check) ? [.. Problems(row, check, device)] : [];
                    string mark = !row.Cells.Contains(check) ? "–" : problems.Length == 0 ? "✓" : "✗";
                    output.Write(" " + mark.PadRight(Title(check).Length));
                    if (mark == "✓") good++;
                    failures.AddRange(problems.Select(p => $"{row.Name}, {Title(check)} on {device.Name}: {p}"));
                }
            }

            output.WriteLine();
        }

        output.WriteLine();
        foreach (LibraryRow row in rows.Where(r => r.Unsteppable is not null)) output.WriteLine($"{row.Name} does not run in parts: it {row.Unsteppable}.");
        foreach (string failure in failures) output.WriteLine(failure);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{good} cells good, {failures.Count} problems"));
        return failures.Count;
    }

    private static IEnumerable<string> Problems(LibraryRow row, Check check, TargetDevice device)
    {
        try
        {
            return check switch
            {
                Check.Values => Each(row, c => ReferenceChecks.Values(c, device)),
                Check.Gradients => Each(row, c => ReferenceChecks.Gradients(c, device)),
                Check.Chunked => Each(row, c => ReferenceChecks.Chunks(c, device)),
                Check.Step => Each(row, c => ReferenceChecks.Steps(c, device)),
                _ => InitialChecks.Of(row, device),
            };
        }
        catch (InvalidOperationException failed)
        {
            return [failed.Message];
        }
    }

    private static IEnumerable<string> Each(LibraryRow row, Func<ReferenceCase, IEnumerable<string>> check) =>
        [.. row.Files.Select(ReferenceCase.Of).SelectMany(c => check(c).Select(p => $"{c.Name}: {p}"))];

    private static string Title(Check check) => check switch { Check.Initial => "init", _ => check.ToString().ToLowerInvariant() };
}
