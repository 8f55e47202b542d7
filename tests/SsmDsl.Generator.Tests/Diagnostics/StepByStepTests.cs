using SsmDsl.Analysis;
using SsmDsl.Compilation;
using SsmDsl.Diagnostics;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Diagnostics;

/// <summary>What the front end says of recurrences (SSM0501) is what the graph program's equations say of them.</summary>
public sealed class StepByStepTests
{
    public static TheoryData<string> Programs =>
        [.. TestFiles.In("tests/Programs", "*.ssm").Concat(TestFiles.In("tests/Vectors", "*.ssm")).Concat(TestFiles.In("examples", "*.ssm")).Select(TestFiles.Name)];

    public static TheoryData<string> Cases =>
        [.. TestFiles.In("tests/Diagnostics", "*.ssm").SelectMany(CorpusCase.Read).Where(c => !Pipeline.Default.Check(c.Files).HasErrors).Select(c => c.FullName)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_runs_step_by_step_where_a_finding_says_so(string name) => AssertAgree([TestFiles.Source(name)]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_runs_step_by_step_where_a_finding_says_so(string name) =>
        AssertAgree(TestFiles.In("tests/Diagnostics", "*.ssm").SelectMany(CorpusCase.Read).Single(c => c.FullName == name).Files);

    [Theory]
    [InlineData("Gru[4]", "the recurrence of 'y' runs step by step: sigmoid is not linear in its past")]
    [InlineData("Rnn[4](activation: relu)", "the recurrence of 'y' runs step by step: max is not linear in its past")]
    [InlineData("DiagonalRnn", "the recurrence of 'y' runs step by step: tanh is not linear in its past")]
    public void The_library_is_told_at_its_use(string layer, string message)
    {
        CheckedProgram program = Pipeline.Default.Check([new SourceFile("m.ssm", $"model M(x: real[T, 4]) -> y: real[T, 4] {{ y = x |> {layer} }}")]);
        Diagnostic finding = Assert.Single(program.Diagnostics);
        Assert.Equal((DiagnosticCodes.RunsStepByStep, message), (finding.Code, finding.Message));
        Assert.StartsWith("std/", finding.Related!.Span.ToString(), StringComparison.Ordinal);
    }

    private static void AssertAgree(IReadOnlyList<SourceFile> files)
    {
        CheckedProgram program = Pipeline.Default.Check(files);
        if (program.HasErrors) return;
        foreach (CheckedModel model in program.Models)
        {
            if (program.Models.Length > 1) return;
            int said = program.Diagnostics.Count(d => d.Code == DiagnosticCodes.RunsStepByStep);
            RecurrenceForm[] forms = [.. RecurrenceForms.Of(Pipeline.Default.Expand(model).Forward)];
            int done = forms.Count(f => !f.IsLinear || f.Mixing is StateMixing.Dense or StateMixing.Other);
            Assert.True(said == 0 == (done == 0), $"{model.Name}: {said} findings, the graph has {done} of {forms.Length}: {string.Join(", ", forms.Select(f => $"{f.States[0].Name} {f.IsLinear} {f.Mixing}"))}");
        }
    }
}
