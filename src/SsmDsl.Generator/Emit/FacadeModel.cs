using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>What the class of a model is written from.</summary>
/// <param name="Namespace">Empty for the global one.</param>
/// <param name="ClassName">The name in the source, or <c>NameF64</c>.</param>
/// <param name="Programs">Null for a model with errors: every member throws.</param>
/// <param name="Findings">All findings of the compilation; infos that concern the model stand in its remarks.</param>
/// <param name="Failure">Why there are no programs, or null.</param>
public sealed record FacadeModel(
    ModelSignature Signature,
    string Namespace,
    string ClassName,
    RealType Real,
    ModelPrograms? Programs,
    ImmutableArray<Diagnostic> Findings,
    string? Failure)
{
    public string FullName => Namespace.Length == 0 ? ClassName : Namespace + "." + ClassName;
}

/// <summary>The generated programs of a model in one precision; null where the model has no such program.</summary>
public sealed record ModelPrograms(
    EmittedProgram Initialise,
    EmittedProgram Forward,
    EmittedProgram? Evaluate,
    EmittedProgram? Backward,
    EmittedProgram VectorJacobian)
{
    /// <summary>Calls <paramref name="emit"/> (program, name of the class, type of its reals) for each program.</summary>
    public static ModelPrograms Of(ModelGraph graph, RealType real, Func<GraphProgram, string, RealType, EmittedProgram> emit) => new(
        emit(graph.Initialise, "InitialiseProgram", RealType.Float64),
        emit(graph.Forward, "ForwardProgram", real),
        graph.Evaluate is { } evaluate ? emit(evaluate, "EvaluateProgram", real) : null,
        graph.Backward is { } backward ? emit(backward, "BackwardProgram", real) : null,
        emit(graph.VectorJacobian, "VectorJacobianProgram", real));

    public IEnumerable<EmittedProgram> All =>
        new[] { Initialise, Forward, Evaluate, Backward, VectorJacobian }.OfType<EmittedProgram>();
}

/// <summary>The C# of one class.</summary>
/// <param name="Places">Places in <c>.ssm</c> files that stand in the text.</param>
public sealed record FacadeText(string FullName, string Source, ImmutableArray<string> Places);
