using System.Diagnostics;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Generator.Tests.Cpu;
using SsmDsl.Ir;
using SsmDsl.Semantics.Checking;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Compilation;

/// <summary>Expressions of many terms, as programs write them.</summary>
public sealed class LongExpressionTests
{
    /// <summary>Eight times the terms in about eight times the time: a walk at every level would make it sixty-four.</summary>
    [Fact]
    public void Time_grows_with_length_and_not_with_its_square()
    {
        Time(500);
        double few = Math.Min(Time(500), Time(500)), many = Math.Min(Time(4000), Time(4000));
        Assert.True(many < 24 * few, $"500 terms take {few:F0} ms, 4000 terms {many:F0} ms");
    }

    /// <summary>A line of C# that no compiler refuses for its length or depth.</summary>
    [Fact]
    public void Long_chains_are_cut_into_lines()
    {
        CompilationResult result = SsmCompiler.Compile([Sum(5000)], new CompilerOptions());
        Assert.Empty(result.Diagnostics.Where(d => d.Severity == SsmDsl.Diagnostics.Severity.Error).Select(d => d.FullMessage));
        Assert.All(result.Files, f => Assert.True(f.Text.Split('\n').Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)).Max(l => l.Length) < 20_000));
    }

    [Theory]
    [InlineData("tanh(x[t]*{0})")]
    [InlineData("(if x[t-1] > 0.1*{0} then x[t]^2 else w)")]
    [InlineData("x[t-{0}]*w")]
    public void Long_chains_have_the_values_and_gradients_of_the_interpreter(string term)
    {
        string terms = string.Join(" + ", Enumerable.Range(0, 200).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, term, i % 7)));
        var source = new SourceFile("Long.ssm", $$"""
            model Long(x: real[T]) -> y: real[T] {
                param w: real = 0.5
                y[t] = 0.3*y[t-1] + {{terms}}
                loss = mean[t] y[t]/(1 + abs(y[t]))
            }
            """);
        DeepStack.Run(() =>
        {
            GraphProgram program = Pipeline.Default.Expand(Pipeline.Default.Check([source]).Models.Single()).Backward!;
            SourceProgramTests.Check(program, CompiledProgram.Of(program, RealType.Float64), 9);
            return true;
        });
    }

    private static double Time(int terms)
    {
        SourceFile source = Sum(terms);
        var watch = Stopwatch.StartNew();
        Assert.False(SsmCompiler.Compile([source], new CompilerOptions()).HasErrors);
        return watch.Elapsed.TotalMilliseconds;
    }

    private static SourceFile Sum(int terms) => new("Long.ssm", $$"""
        model Long(x: real[T]) -> y: real[T] {
            y[t] = {{string.Join(" + ", Enumerable.Range(0, terms).Select(i => $"{i % 7 + 1}*x[t-{i % 5}]"))}}
        }
        """);
}
