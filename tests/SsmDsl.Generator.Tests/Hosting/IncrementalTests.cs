using Microsoft.CodeAnalysis;
using SsmDsl.Hosting;

namespace SsmDsl.Generator.Tests.Hosting;

/// <summary>What is made anew when a project is edited.</summary>
public sealed class IncrementalTests
{
    private const string First = """
        /// Sums up.
        model First[N: 2](x: real[T, N]) -> y: real[T, N] {
            y[t, n] = y[t-1, n] + x[t, n]
            loss = mean(y)
        }
        """;

    private const string Second = """
        model Second(x: real[T]) -> y: real {
            y = mean(x)
        }
        """;

    [Fact]
    public void Classes_are_made_from_the_projects_files()
    {
        GeneratorRun run = Start();
        Assert.Equal(["Root.First.g.cs", "Root.Second.g.cs"], run.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(run.Errors);
        Assert.Empty(run.Problems);
        Assert.Contains("Sums up.", run.Files["Root.First.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_makes_nothing_anew()
    {
        GeneratorRun run = Start();
        string before = run.Files["Root.First.g.cs"];
        run.Ssm("First.ssm", "// What it is for\n" + First.Replace("loss =", "/* the mean */ loss =", StringComparison.Ordinal));
        run.Run();
        AssertKept(run, "First", "Second");
        Assert.Equal(before, run.Files["Root.First.g.cs"]);
    }

    [Fact]
    public void An_edit_of_CSharp_makes_nothing_anew()
    {
        GeneratorRun run = Start();
        run.CSharp("Program.cs", "namespace Root; class Other { int Second; void First() { } }\npartial class First { }");
        run.Run();
        AssertKept(run, "First", "Second");
        Assert.All(run.Reasons(SsmGenerator.CompiledStep).Values, r => Assert.Equal(IncrementalStepRunReason.Cached, r));
    }

    [Fact]
    public void An_edit_of_another_file_makes_nothing_of_this_one_anew()
    {
        GeneratorRun run = Start();
        run.Ssm("Second.ssm", Second.Replace("mean(x)", "sum(x)", StringComparison.Ordinal));
        run.Ssm("A.ssm", Second.Replace("Second", "Before", StringComparison.Ordinal));
        run.Run();
        AssertKept(run, "First");
        Assert.True(Reason(run, "Second") is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New);
        Assert.Equal(3, run.Files.Count);
    }

    [Fact]
    public void What_changes_a_model_makes_it_anew()
    {
        GeneratorRun run = Start();
        run.Ssm("First.ssm", First.Replace("N: 2", "N: 3", StringComparison.Ordinal));
        run.Run();
        Assert.Equal(IncrementalStepRunReason.Modified, Reason(run, "First"));
        AssertKept(run, "Second");
        Assert.Contains("const int N = 3;", run.Files["Root.First.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_projects_give_equal_bytes_whatever_the_order_of_files()
    {
        var other = new GeneratorRun();
        other.Ssm("Second.ssm", Second);
        other.Ssm("First.ssm", First);
        Assert.Equal(Start().Files.OrderBy(f => f.Key), other.Run().Files.OrderBy(f => f.Key));
    }

    private static GeneratorRun Start()
    {
        var run = new GeneratorRun();
        run.Ssm("First.ssm", First);
        run.Ssm("Second.ssm", Second);
        run.CSharp("Program.cs", "namespace Root; class Other { }");
        return run.Run();
    }

    private static IncrementalStepRunReason Reason(GeneratorRun run, string model) =>
        run.Reasons(SsmGenerator.ClassesStep).Single(r => r.Key.Contains($"Root.{model}.g.cs", StringComparison.Ordinal)).Value;

    private static void AssertKept(GeneratorRun run, params string[] models) =>
        Assert.All(models, m => Assert.True(Reason(run, m) is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{m}: {Reason(run, m)}"));
}
