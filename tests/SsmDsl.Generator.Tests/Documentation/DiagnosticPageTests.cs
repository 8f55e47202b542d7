using SsmDsl.Diagnostics;
using SsmDsl.Generator.Tests.Diagnostics;

namespace SsmDsl.Generator.Tests.Documentation;

/// <summary>Each code has a page with a wrong program, its message and a program in which it is mended.</summary>
public sealed class DiagnosticPageTests
{
    /// <summary>Findings of the theory of these models, which the compiler does not make yet; their pages say so.</summary>
    private static readonly string[] NotReportedYet = ["SSM0402", "SSM0403", "SSM0404"];

    public static TheoryData<string> Codes => [.. DiagnosticCodes.All.Select(c => c.Id)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Has_a_page_with_its_title_severity_and_examples(string id)
    {
        DiagnosticCode code = DiagnosticCodes.All.Single(c => c.Id == id);
        string[] lines = File.ReadAllLines(Path.Combine(TestFiles.Root, code.HelpPage));
        Assert.Equal($"# {code.Id}: {code.Title}", lines[0]);
        Assert.StartsWith($"**{code.Severity}.**", lines[2], StringComparison.Ordinal);
        if (code == DiagnosticCodes.Internal) return;
        if (NotReportedYet.Contains(id))
        {
            Assert.Contains(lines, l => l.Contains("Not reported yet by this version.", StringComparison.Ordinal));
            return;
        }

        FencedBlock[] blocks = [.. FencedBlock.Read(code.HelpPage)];
        int wrong = Array.FindIndex(blocks, b => b.Info == "ssm error");
        Assert.True(wrong >= 0, "a wrong example is missing");
        Assert.Contains(id, Expectation.Of([blocks[wrong].Source]).Codes);
        Assert.Equal("text", blocks[wrong + 1].Info);
        Assert.Contains(blocks[(wrong + 1)..], b => b.Info == "ssm");
        foreach (FencedBlock mended in blocks.Where(b => b.Info == "ssm"))
            Assert.DoesNotContain(Findings.In([mended.Source]), d => d.Code.Id == id);
    }

    [Fact]
    public void No_page_is_left_over() =>
        Assert.Equal(
            DiagnosticCodes.All.Select(c => c.Id).Append("README").Order(StringComparer.Ordinal),
            TestFiles.In("docs/diagnostics", "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
}
