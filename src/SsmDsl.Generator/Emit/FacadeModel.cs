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

/// <summary>The C# of one class.</summary>
/// <param name="Places">Places in <c>.ssm</c> files that stand in the text.</param>
public sealed record FacadeText(string FullName, string Source, ImmutableArray<string> Places);
