using SsmDsl.Emit;
using SsmDsl.Expansion;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Semantics.Checking;
using SsmDsl.Text;

namespace SsmDsl.Compilation;

/// <summary>The stages of the compiler in the order in which they run: one line each.</summary>
/// <remarks>They are values so that a test can let any of them fail.</remarks>
public sealed record Pipeline
{
    public static readonly Pipeline Default = new();

    /// <summary>Text of all files → checked layers and models, and all diagnostics.</summary>
    public Func<IReadOnlyList<SourceFile>, CheckedProgram> Check { get; init; } = Checker.Check;

    /// <summary>Checked model → graph programs: layers expanded, simplified, differentiated.</summary>
    public Func<CheckedModel, ModelGraph> Expand { get; init; } = ModelExpansion.Expand;

    /// <summary>Checked model with errors → what its header says of it.</summary>
    public Func<CheckedModel, ModelSignature> Header { get; init; } = HeaderSignature.Of;

    /// <summary>Graph programs of a model → C# of them and of their kernels.</summary>
    public Func<IEnumerable<NamedProgram>, EmittedPrograms> EmitKernels { get; init; } = programs => CpuEmitter.Emit(programs, CpuOptions.Default);

    /// <summary>Graph programs of a model → C# of them and of their kernels for GPUs.</summary>
    public Func<IEnumerable<NamedProgram>, EmittedPrograms> EmitIlgpuKernels { get; init; } = IlgpuEmitter.Emit;

    /// <summary>Signature and programs → C# of the model's class.</summary>
    public Func<FacadeModel, FacadeText> EmitFacade { get; init; } = Facade.Emit;
}
