using System.Text;
using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Diagnostics;

/// <summary>Compares what is found in a project with what its texts say of themselves.</summary>
internal static class Findings
{
    /// <summary>Codes that tell of no mistake: looked at only where a text speaks of them.</summary>
    private static readonly string[] Observations = ["SSM0304", "SSM0401", "SSM0402", "SSM0403", "SSM0404", "SSM0501"];

    public static IReadOnlyList<Diagnostic> In(IReadOnlyList<SourceFile> files) => Pipeline.Default.Check(files).Diagnostics;

    /// <summary>Fails unless exactly the expected findings are made.</summary>
    public static void AssertAsMarked(string name, IReadOnlyList<SourceFile> files)
    {
        Expectation expected = Expectation.Of(files);
        Diagnostic[] found = [.. In(files).Where(d => expected.Codes.Contains(d.Code.Id) || !Observations.Contains(d.Code.Id))];
        var problems = new StringBuilder();
        foreach (Place missing in expected.Findings.Except(found.Select(Place.Of))) problems.AppendLine($"missing  {missing}");
        foreach (Diagnostic more in found.Where(d => !expected.Findings.Contains(Place.Of(d))))
            problems.AppendLine($"found    {Place.Of(more)}: {more.FullMessage}");
        foreach (IGrouping<Place, Diagnostic> twice in found.GroupBy(Place.Of).Where(g => g.Count() > 1))
            problems.AppendLine($"twice    {twice.Key}");
        foreach (Place missing in expected.Others.Except(found.Where(d => d.Related is not null).Select(d => Place.Of(d.Related!.Span, d.Code.Id))))
            problems.AppendLine($"other    {missing}");
        Assert.True(problems.Length == 0, $"{name}\n{problems}");
    }
}
