using Microsoft.CodeAnalysis;
using SsmDsl.Compilation;

namespace SsmDsl.Generator.Tests.Hosting;

/// <summary>Settings, findings and failures inside of a build.</summary>
public sealed class HostingTests
{
    private const string Good = "model Good(x: real[T]) -> y: real[T] {\n    y[t] = 2*x[t]\n}\n";
    private const string Bad = "model Bad(x: real[T]) -> y: real[T] {\n    y[t] = 2*z[t]\n}\n";

    [Fact]
    public void A_finding_stands_at_its_place_and_the_class_stays()
    {
        var run = new GeneratorRun();
        run.Ssm("Models/Bad.ssm", Bad);
        run.CSharp("Use.cs", "class Use { void M(Root.Bad m) { m.Forward(new float[3]); using var s = m.OpenStream(); } }");
        Diagnostic error = Assert.Single(run.Run().Result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal("SSM0101", error.Id);
        FileLinePositionSpan at = error.Location.GetLineSpan();
        Assert.Equal((GeneratorRun.Folder + "Models/Bad.ssm", 1, 13, 14), (at.Path, at.StartLinePosition.Line, at.StartLinePosition.Character, at.EndLinePosition.Character));
        Assert.Empty(run.Problems);
    }

    [Theory]
    [InlineData("error", DiagnosticSeverity.Error)]
    [InlineData("suggestion", DiagnosticSeverity.Info)]
    [InlineData("none", null)]
    public void Severities_come_from_editorconfig(string setting, DiagnosticSeverity? expected)
    {
        var run = new GeneratorRun();
        run.Ssm("A.ssm", "model A(x: real[T]) -> y: real[T] {\n    unused = x\n    y = x\n}\n");
        run.Setting("A.ssm", "ssm_diagnostic.ssm0104.severity", setting);
        Assert.Equal(expected, run.Run().Result.Diagnostics.SingleOrDefault(d => d.Id == "SSM0104")?.Severity);
    }

    [Fact]
    public void Precision_is_a_property_and_metadata()
    {
        var run = new GeneratorRun();
        run.Property("SsmDslPrecision", "f64");
        run.Ssm("Good.ssm", Good);
        run.Ssm("Two.ssm", Good.Replace("Good", "Two", StringComparison.Ordinal));
        run.Setting("Two.ssm", "build_metadata.AdditionalFiles.SsmDslPrecision", "both");
        Dictionary<string, string> files = run.Run().Files;
        Assert.Equal(["Root.Good.g.cs", "Root.Two.g.cs", "Root.TwoF64.g.cs"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("Tensor<double>", files["Root.Good.g.cs"], StringComparison.Ordinal);
        Assert.Contains("Tensor<float>", files["Root.Two.g.cs"], StringComparison.Ordinal);
        Assert.Empty(run.Problems);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("", false)]
    public void Precise_functions_are_a_property(string value, bool expected)
    {
        var run = new GeneratorRun();
        run.Property("SsmDslPrecise", value);
        run.Property("SsmDslIlgpu", "true");
        run.Ssm("A.ssm", "model A(x: real[T]) -> y: real[T] {\n    y = exp(x)\n}\n");
        string text = Assert.Single(run.Run().Files, f => f.Key == "Root.A.g.cs").Value;
        Assert.Equal(expected, text.Contains("PreciseLanes.Exp(", StringComparison.Ordinal));
        Assert.Equal(expected, text.Contains("PreciseDeviceReals.Exp(", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("namespace Root; class Good { }", 1, 0)]
    [InlineData("namespace Root; public enum Good { }", 1, 0)]
    [InlineData("namespace Root.Good { class Inner { } }", 1, 0)]
    [InlineData("namespace Root { partial class Good { public int Extended => 1; } class Other { class Good { } } class Good<T> { } }", 0, 1)]
    [InlineData("namespace Elsewhere; class Good { }", 0, 1)]
    public void A_model_named_like_a_type_is_an_error_at_the_model(string code, int errors, int files)
    {
        var run = new GeneratorRun();
        run.Ssm("Good.ssm", Good);
        run.CSharp("Type.cs", code);
        run.Run();
        Assert.Equal(errors, run.Errors.Length);
        Assert.All(run.Errors, e => Assert.Contains("Good.ssm(1,7): error SSM0102", e, StringComparison.Ordinal));
        Assert.Equal(files, run.Files.Count);
        Assert.Empty(run.Problems);
    }

    [Fact]
    public void A_model_named_like_its_namespace_is_an_error_at_the_model()
    {
        var run = new GeneratorRun();
        run.Ssm("Good.ssm", "namespace Some.Good\n" + Good);
        string error = Assert.Single(run.Run().Errors);
        Assert.Contains("Good.ssm(2,7): error SSM0102: model 'Good' has the name of its namespace 'Some.Good'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_models_in_one_class_are_an_error()
    {
        var run = new GeneratorRun();
        run.Property("SsmDslPrecision", "both");
        run.Ssm("A.ssm", Good + Good.Replace("Good", "GoodF64", StringComparison.Ordinal));
        Assert.Contains("error SSM0102: the class 'Root.GoodF64' of this model is that of another one", Assert.Single(run.Run().Errors), StringComparison.Ordinal);
        Assert.Empty(run.Problems);
    }

    public static TheoryData<string> Stages => ["expand", "header", "kernels", "facade"];

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_stage_that_fails_is_one_error_and_the_other_models_are_made(string stage)
    {
        Pipeline whole = Pipeline.Default;
        Pipeline failing = stage switch
        {
            "expand" => whole with { Expand = m => m.Name == "Ill" ? throw new InvalidOperationException("ill\nindeed") : whole.Expand(m) },
            "header" => whole with { Expand = m => m.Name == "Ill" ? throw new InvalidOperationException("ill\nindeed") : whole.Expand(m), Header = _ => throw new InvalidOperationException("too") },
            "kernels" => whole with { EmitKernels = all => all.Any(p => Writes(p.Graph, "ill")) ? throw new InvalidOperationException("ill\nindeed") : whole.EmitKernels(all) },
            _ => whole with { EmitFacade = f => f.ClassName == "Ill" ? throw new InvalidOperationException("ill\nindeed") : whole.EmitFacade(f) },
        };
        var run = new GeneratorRun(failing);
        run.Ssm("Good.ssm", "model Good(x: real[T]) -> y: real[T] {\n    param w: real = 1\n    y[t] = w*x[t]\n}\n");
        run.Ssm("Ill.ssm", "model Ill(x: real[T]) -> ill: real[T] {\n    param w: real = 1\n    ill[t] = w*x[t]\n}\n");
        run.CSharp("Use.cs", stage is "expand" or "kernels" ? "class Use { void M(Root.Ill m) => m.Forward(new float[3]); }" : "");
        string error = Assert.Single(run.Run().Errors);
        Assert.Contains("Ill.ssm(1,7): error SSM0901: the compiler failed on this declaration: InvalidOperationException: ill indeed.", error, StringComparison.Ordinal);
        Assert.Contains("Root.Good.g.cs", run.Files.Keys);
        Assert.Empty(run.Problems);
    }

    [Fact]
    public void A_front_end_that_fails_is_one_error()
    {
        var run = new GeneratorRun(Pipeline.Default with { Check = _ => throw new InvalidOperationException("ill") });
        run.Ssm("Good.ssm", Good);
        Assert.Contains("SSM0901", Assert.Single(run.Run().Errors), StringComparison.Ordinal);
    }

    private static bool Writes(SsmDsl.Ir.GraphProgram program, string name) => program.Outputs.Any(p => p.Name == name);
}
