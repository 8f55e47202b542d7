using System.Collections.Immutable;
using SsmDsl.Diagnostics;

namespace SsmDsl.Compilation;

/// <param name="Diagnostics">All findings, in order of file and place.</param>
/// <param name="Files">One per generated class.</param>
public sealed record CompilationResult(ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<EmittedFile> Files)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == Severity.Error);
}

/// <summary>One generated file: the class of a model in one precision.</summary>
/// <param name="HintName">Unique ignoring case, from namespace and class.</param>
/// <param name="ModelName">The model's full name, <c>Namespace.Name</c>.</param>
/// <param name="Path">The <c>.ssm</c> file of the model.</param>
/// <param name="Places">Places (<c>file(line,column)</c>) that stand in the text.</param>
public sealed record EmittedFile(string HintName, string Text, string ModelName, string Path, ImmutableArray<string> Places)
{
    /// <summary>
    /// The text without places: two files with equal <see cref="Gate"/> differ at most in where something stands in a
    /// <c>.ssm</c> file, which is no reason to compile anew while somebody types a comment.
    /// </summary>
    public string Gate => Places.Aggregate(Text, (text, place) => text.Replace(place, ""));
}
