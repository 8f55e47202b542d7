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

/// <summary>The generated programs of a model in one precision.</summary>
/// <param name="Roles">Members of the model's definition with the class of each; null where the model has no such program.</param>
/// <param name="Ilgpu">The same for ILGPU, but for initial values, which the processor computes; null where nothing is wanted for it.</param>
public sealed record ModelPrograms(
    EmittedPrograms Emitted, ImmutableArray<(string Role, string? ClassName)> Roles, (EmittedPrograms Emitted, ImmutableArray<(string Role, string ClassName)> Roles)? Ilgpu)
{
    private const string Initialise = "Initialise";

    /// <param name="emitIlgpu">Null where nothing is wanted for ILGPU.</param>
    public static ModelPrograms Of(
        ModelGraph graph,
        RealType real,
        Func<IEnumerable<NamedProgram>, EmittedPrograms> emit,
        Func<IEnumerable<NamedProgram>, EmittedPrograms>? emitIlgpu = null)
    {
        (string Role, GraphProgram? Graph, RealType Real)[] programs =
        [
            (Initialise, graph.Initialise, RealType.Float64),
            ("Forward", graph.Forward, real),
            ("Evaluate", graph.Evaluate, real),
            ("Backward", graph.Backward, real),
            ("VectorJacobian", graph.VectorJacobian, real),
        ];
        (string Role, GraphProgram Graph, RealType Real)[] there = [.. programs.Where(p => p.Graph is not null).Select(p => (p.Role, p.Graph!, p.Real))];
        return new ModelPrograms(
            emit([.. there.Select(p => new NamedProgram(p.Graph, ClassOf(p.Role), p.Real))]),
            [.. programs.Select(p => (p.Role, p.Graph is null ? null : ClassOf(p.Role)))],
            emitIlgpu is null ? null : (
                emitIlgpu([.. there.Where(p => p.Role != Initialise).Select(p => new NamedProgram(p.Graph, IlgpuClassOf(p.Role), p.Real))]),
                [.. there.Where(p => p.Role != Initialise).Select(p => (p.Role, IlgpuClassOf(p.Role)))]));
    }

    private static string ClassOf(string role) => role + "Program";

    private static string IlgpuClassOf(string role) => "Ilgpu" + ClassOf(role);
}

/// <summary>The C# of one class.</summary>
/// <param name="Places">Places in <c>.ssm</c> files that stand in the text.</param>
public sealed record FacadeText(string FullName, string Source, ImmutableArray<string> Places);
