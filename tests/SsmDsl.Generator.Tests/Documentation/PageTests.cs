using System.Text.RegularExpressions;
using SsmDsl.Diagnostics;
using SsmDsl.Generator.Tests.Diagnostics;

namespace SsmDsl.Generator.Tests.Documentation;

/// <summary>What the pages show is true: their programs compile, their wrong programs are wrong as they say, their links lead somewhere.</summary>
public sealed partial class PageTests
{
    private static readonly string[] Pages =
        ["README.md", .. TestFiles.In("docs", "*.md").Select(TestFiles.Name)];

    private static readonly FencedBlock[] Blocks = [.. Pages.SelectMany(FencedBlock.Read)];

    public static TheoryData<string> Programs => [.. Blocks.Where(b => b.Info is "ssm" or "ssm error").Select(b => b.Name)];

    public static TheoryData<string> PageNames => [.. Pages];

    public static TheoryData<string> PagesWithCSharp => [.. Blocks.Where(b => b.Info == "csharp").Select(b => b.Page).Distinct()];

    /// <summary>Also those with marks: exactly the marked findings are made, so a block without marks gives none.</summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public void Programs_give_the_findings_that_they_mark(string name)
    {
        FencedBlock block = Blocks.Single(b => b.Name == name);
        bool isWrong = block.Info == "ssm error";
        Assert.Equal(isWrong, Expectation.Of([block.Source]).Findings.Count > 0);
        Findings.AssertAsMarked(name, [block.Source]);
    }

    [Fact]
    public void Fences_of_the_language_have_no_other_words() =>
        Assert.Empty(Blocks.Where(b => b.Info.StartsWith("ssm", StringComparison.Ordinal) && b.Info is not ("ssm" or "ssm error")).Select(b => b.Name));

    /// <summary>A block of text right after a wrong program is what the compiler says of it.</summary>
    [Fact]
    public void Messages_are_those_of_the_compiler()
    {
        var problems = new List<string>();
        foreach ((FencedBlock program, FencedBlock text) in Blocks.Zip(Blocks.Skip(1)))
        {
            if (program.Info != "ssm error" || text.Info != "text" || program.Page != text.Page) continue;
            HashSet<string> codes = Expectation.Of([program.Source]).Codes;
            string[] said = [.. Findings.In([program.Source]).Where(d => codes.Contains(d.Code.Id)).Select(Shown)];
            if (string.Join('\n', said) != text.Text.TrimEnd()) problems.Add($"{text.Name}\n{string.Join('\n', said)}\n");
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [MemberData(nameof(PagesWithCSharp))]
    public void CSharp_compiles_with_the_models_of_its_page(string page)
    {
        string[] problems = PageProgram.Problems(page);
        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    [Theory]
    [MemberData(nameof(PageNames))]
    public void Links_lead_to_files(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(TestFiles.Root, page))!;
        Assert.All(
            Link().Matches(Code().Replace(File.ReadAllText(Path.Combine(TestFiles.Root, page)), ""))
                .Select(m => m.Groups["to"].Value)
                .Where(to => !to.Contains("://", StringComparison.Ordinal) && to[0] != '#'),
            to => Assert.True(Path.Exists(Path.Combine(folder, to.Split('#')[0])), to));
    }

    internal static string Shown(Diagnostic d) =>
        $"{d.Span}: {d.Severity.ToString().ToLowerInvariant()} {d.Code.Id}: {d.FullMessage}";

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\[[^\]\n]*\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();
}
