using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Diagnostics;

/// <summary>Every case of tests/Diagnostics gives the findings that it marks, at these places, and no others.</summary>
public sealed class CorpusTests
{
    private static readonly CorpusCase[] Cases =
        [.. TestFiles.In("tests/Diagnostics", "*.ssm").SelectMany(CorpusCase.Read)];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.FullName)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Finds_what_is_marked_and_nothing_else(string name) =>
        Findings.AssertAsMarked(name, Assert.Single(Cases, c => c.FullName == name).Files);

    [Fact]
    public void Every_code_that_the_front_end_reports_has_cases()
    {
        string[] seen = [.. Cases.SelectMany(c => Expectation.Of(c.Files).Findings).Select(p => p.Code).Distinct()];
        string[] fromTheory = ["SSM0402", "SSM0403", "SSM0404", "SSM0901"];
        Assert.Empty(DiagnosticCodes.All.Select(c => c.Id).Except(seen).Except(fromTheory));
    }

    public static TheoryData<string> Right =>
        [.. Cases.Where(c => c.Files[0].Path is "Accepted.ssm" or "Constructs.ssm").Select(c => c.FullName)];

    /// <summary>Each model becomes C# without an internal error.</summary>
    [Theory]
    [MemberData(nameof(Right))]
    public void What_is_right_is_compiled(string name)
    {
        CompilationResult result = SsmCompiler.Compile(Cases.Single(c => c.FullName == name).Files, new CompilerOptions());
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == Severity.Error);
    }

    /// <summary>The programs whose values are tested elsewhere.</summary>
    public static TheoryData<string> Programs =>
        [.. TestFiles.In("tests/Programs", "*.ssm").Concat(TestFiles.In("tests/Vectors", "*.ssm")).Concat(TestFiles.In("examples", "*.ssm")).Select(TestFiles.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Programs_give_no_errors(string name) =>
        Assert.Empty(Findings.In([TestFiles.Source(name)]).Where(d => d.Severity == Severity.Error).Select(d => $"{Place.Of(d)}: {d.FullMessage}"));

    [Fact]
    public void The_library_gives_no_findings_but_observations() =>
        Findings.AssertAsMarked("the library alone", [new SourceFile("empty.ssm", "")]);

    public static TheoryData<string> Stepped =>
        [.. Cases.Where(c => c.Files[0].Path is "Accepted.ssm" or "Constructs.ssm" or "Recurrences.ssm").Select(c => c.FullName)];

    /// <summary>What the front end says of steps is what the graph program allows.</summary>
    [Theory]
    [MemberData(nameof(Stepped))]
    public void A_model_is_stepped_unless_a_finding_says_why_not(string name) => AssertStepped(Cases.Single(c => c.FullName == name).Files);

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_is_stepped_unless_a_finding_says_why_not(string name) => AssertStepped([TestFiles.Source(name)]);

    private static void AssertStepped(IReadOnlyList<SourceFile> files)
    {
        CheckedProgram program = Pipeline.Default.Check(files);
        if (program.HasErrors) return;
        foreach (CheckedModel model in program.Models)
        {
            if (model.Layer.Dimensions.All(d => model.Dimensions.ContainsKey(d.Symbol))) continue;
            string? said = program.Diagnostics.FirstOrDefault(d => d.Code == DiagnosticCodes.NotSteppable && d.Message.StartsWith(model.Name + " ", StringComparison.Ordinal))?.FullMessage;
            string? done = Pipeline.Default.Expand(model).Signature.NotSteppable?.Reason;
            Assert.True(said is null == done is null, $"{model.Name}: the check says '{said}', the graph '{done}'");
        }
    }
}
