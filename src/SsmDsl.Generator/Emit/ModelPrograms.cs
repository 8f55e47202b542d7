using System.Collections.Immutable;
using SsmDsl.Chunking;
using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>The generated programs of a model in one precision.</summary>
/// <param name="Roles">Members of the model's definition with what makes the program of each; null where the model has no such program.</param>
/// <param name="Ilgpu">The same for ILGPU, but for initial values, which the processor computes; null where nothing is wanted for it.</param>
public sealed record ModelPrograms(
    EmittedPrograms Emitted, ImmutableArray<(string Role, string? Made)> Roles, (EmittedPrograms Emitted, ImmutableArray<(string Role, string? Made)> Roles)? Ilgpu)
{
    /// <param name="emitIlgpu">Null where nothing is wanted for ILGPU.</param>
    /// <param name="precise">Of the programs that run; initial values are the same in either case.</param>
    public static ModelPrograms Of(
        ModelGraph graph,
        RealType real,
        bool precise,
        Func<IEnumerable<NamedProgram>, EmittedPrograms> emit,
        Func<IEnumerable<NamedProgram>, EmittedPrograms>? emitIlgpu = null)
    {
        Role initialise = new("Initialise", graph.Initialise, RealType.Float64);
        CompiledGraph compiled = graph.Compiled;
        Role[] runs =
        [
            new("Forward", compiled.Forward, real) { Longer = compiled.LongForward },
            new("Evaluate", compiled.Evaluate, real),
            new("Backward", compiled.Backward, real),
            new("VectorJacobian", compiled.VectorJacobian, real),
        ];
        runs = [.. runs.Select(r => r with { IsPrecise = precise })];
        int length = compiled.Length is { } symbol ? graph.Signature.Dynamic.IndexOf(symbol) + 1 : -1;
        (EmittedPrograms, ImmutableArray<(string, string?)>) Made(Func<IEnumerable<NamedProgram>, EmittedPrograms> by, Role[] roles, string prefix) =>
            (by([.. roles.SelectMany(r => r.Programs(prefix))]), [.. roles.Select(r => (r.Name, r.Made(prefix, length)))]);

        var (emitted, made) = Made(emit, [initialise, .. runs], "");
        return new ModelPrograms(emitted, made, emitIlgpu is null ? null : Made(emitIlgpu, runs, "Ilgpu"));
    }

    /// <param name="Name">A member of the model's definition.</param>
    private sealed record Role(string Name, GraphProgram? Program, RealType Real)
    {
        public bool IsPrecise { get; init; }

        /// <summary>The program for long sequences, if there is one.</summary>
        public GraphProgram? Longer { get; init; }

        public IEnumerable<NamedProgram> Programs(string prefix)
        {
            if (Program is not null) yield return new NamedProgram(Program, ClassOf(prefix), Real) { IsPrecise = IsPrecise };
            if (Longer is not null) yield return new NamedProgram(Longer, ClassOf(prefix + "Long"), Real) { IsPrecise = IsPrecise };
        }

        /// <summary>C# that makes an instance, or null.</summary>
        /// <param name="length">Which of the dynamic sizes is the length of sequences.</param>
        public string? Made(string prefix, int length) =>
            Program is null ? null
            : Longer is null ? New(ClassOf(prefix))
            : $"new {FacadeContext.Programs}LengthChoice({New(ClassOf(prefix))}, {New(ClassOf(prefix + "Long"))}, {Literals.Of(length)}, {Literals.Of(ChunkedProducts.ChunkLength)})";

        private static string New(string name) => $"new global::{ProgramFile.Namespace}.{name}()";

        private string ClassOf(string prefix) => prefix + Name + "Program";
    }
}
