using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Emit;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Checking;
using SsmDsl.Text;

namespace SsmDsl.Compilation;

/// <summary>The whole compiler as one pure function, callable without Roslyn: <c>.ssm</c> texts in, C# texts out.</summary>
public static class SsmCompiler
{
    /// <summary>
    /// Compiles all models of a project. Never throws but for cancellation: a defect of the compiler is reported as SSM0901 at
    /// the model that shows it, and the other models are still emitted.
    /// </summary>
    public static CompilationResult Compile(
        IReadOnlyList<SourceFile> files,
        CompilerOptions options,
        CancellationToken cancellation = default) => Compile(files, options, Pipeline.Default, cancellation);

    public static CompilationResult Compile(
        IReadOnlyList<SourceFile> files,
        CompilerOptions options,
        Pipeline pipeline,
        CancellationToken cancellation = default) => DeepStack.Run(() => CompileAll(files, options, pipeline, cancellation));

    private static CompilationResult CompileAll(
        IReadOnlyList<SourceFile> files, CompilerOptions options, Pipeline pipeline, CancellationToken cancellation)
    {
        if (files.Count == 0) return new CompilationResult([], []);
        CheckedProgram program;
        try
        {
            program = pipeline.Check(files);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            return new CompilationResult([CompilerDefect.At(new SourceSpan(files[0], 0, 0), defect)], []);
        }

        var diagnostics = program.Diagnostics.ToBuilder();
        var emitted = ImmutableArray.CreateBuilder<EmittedFile>();
        var hints = new HintNames();
        var names = new ClassNames(program.Models, options);
        var concerns = new Concerns(program);
        foreach (CheckedModel model in program.Models)
        {
            cancellation.ThrowIfCancellationRequested();
            (ImmutableArray<Diagnostic> clashes, bool canEmit) = names.Take(model);
            diagnostics.AddRange(clashes);
            if (!canEmit) continue;
            ModelEmission result = ModelEmission.Of(model, concerns.Of(model), options, pipeline, cancellation);
            diagnostics.AddRange(result.Defects);
            foreach (FacadeText text in result.Classes)
                emitted.Add(new EmittedFile(hints.Next(text.FullName), text.Source, result.ModelName, model.NameSpan.File.Path, text.Places));
        }

        return new CompilationResult(diagnostics.ToImmutable(), emitted.ToImmutable());
    }
}
