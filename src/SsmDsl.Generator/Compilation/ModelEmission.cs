using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Compilation;

/// <summary>The classes of one model, and what went wrong inside of the compiler while they were made.</summary>
internal sealed record ModelEmission(string ModelName, ImmutableArray<FacadeText> Classes, ImmutableArray<Diagnostic> Defects)
{
    public static ModelEmission Of(
        CheckedModel model,
        ImmutableArray<Diagnostic> findings,
        CompilerOptions options,
        Pipeline pipeline,
        CancellationToken cancellation)
    {
        string space = options.NamespaceOf(model);
        string name = space.Length == 0 ? model.Name : space + "." + model.Name;
        try
        {
            ImmutableArray<FacadeText> classes = model.HasErrors
                ? Broken(model, space, "the model has errors", options, pipeline)
                : Whole(model, space, findings, options, pipeline, cancellation);
            return new ModelEmission(name, classes, []);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            ImmutableArray<Diagnostic> defects = [CompilerDefect.At(model.NameSpan, defect)];
            try
            {
                return new ModelEmission(name, Broken(model, space, "the compiler failed", options, pipeline), defects);
            }
            catch (Exception second) when (second is not OperationCanceledException)
            {
                return new ModelEmission(name, [], defects);
            }
        }
    }

    private static ImmutableArray<FacadeText> Whole(
        CheckedModel model,
        string space,
        ImmutableArray<Diagnostic> findings,
        CompilerOptions options,
        Pipeline pipeline,
        CancellationToken cancellation)
    {
        ModelGraph graph = pipeline.Expand(model);
        var classes = ImmutableArray.CreateBuilder<FacadeText>();
        foreach ((RealType real, string className) in options.ClassesOf(model))
        {
            cancellation.ThrowIfCancellationRequested();
            ModelPrograms programs = ModelPrograms.Of(graph, real, options.Precise, pipeline.EmitKernels, options.Ilgpu ? pipeline.EmitIlgpuKernels : null);
            classes.Add(pipeline.EmitFacade(new FacadeModel(graph.Signature, space, className, real, programs, findings, null)));
        }

        return classes.ToImmutable();
    }

    private static ImmutableArray<FacadeText> Broken(
        CheckedModel model, string space, string reason, CompilerOptions options, Pipeline pipeline)
    {
        ModelSignature header = pipeline.Header(model);
        return
        [
            .. options.ClassesOf(model).Select(c =>
                pipeline.EmitFacade(new FacadeModel(header, space, c.ClassName, c.Real, null, [], reason))),
        ];
    }
}
