using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Syntax;

/// <summary>An identifier in Unicode normal form C.</summary>
public sealed record Name(string Text, SourceSpan Span)
{
    public override string ToString() => Text;
}

/// <summary>A name with prefixes, as in <c>as backbone.norm_f</c>.</summary>
public sealed record DottedName(ImmutableArray<Name> Parts, SourceSpan Span)
{
    public string Text => string.Join(".", Parts.Select(p => p.Text));
}

/// <summary>One file after parsing. Statements and declarations with syntax errors are left out.</summary>
/// <param name="Lost">The names of declarations that are left out: that they are unknown must stay silent.</param>
public sealed record FileSyntax(
    SourceFile File,
    DottedName? Namespace,
    ImmutableArray<DeclarationSyntax> Declarations,
    ImmutableArray<string> Lost);

/// <param name="Doc">The text of the <c>///</c> comments in front, without slashes, lines joined by '\n'; null if none.</param>
public abstract record DeclarationSyntax(Name Name, string? Doc, SourceSpan Span);

/// <summary><c>const name = expr</c></summary>
public sealed record ConstSyntax(Name Name, ExpressionSyntax Value, string? Doc, SourceSpan Span)
    : DeclarationSyntax(Name, Doc, Span);

/// <summary><c>fn name(a, b) = expr</c></summary>
public sealed record FnSyntax(Name Name, ImmutableArray<Name> Parameters, ExpressionSyntax Body, string? Doc, SourceSpan Span)
    : DeclarationSyntax(Name, Doc, Span);

/// <summary>A layer, or (<see cref="IsModel"/>) a model, with a body of its own.</summary>
/// <param name="HasErrors">A statement of the body could not be parsed and is missing: what follows from that must stay silent.</param>
/// <param name="HeaderSpan">From the keyword to the end of the outputs.</param>
public sealed record LayerSyntax(
    bool IsModel,
    Name Name,
    ImmutableArray<DimensionSyntax> Dimensions,
    ImmutableArray<InputSyntax> Inputs,
    ImmutableArray<OutputSyntax> Outputs,
    ImmutableArray<StatementSyntax> Body,
    ImmutableArray<AttributeSyntax> Attributes,
    bool HasErrors,
    SourceSpan HeaderSpan,
    string? Doc,
    SourceSpan Span) : DeclarationSyntax(Name, Doc, Span)
{
    /// <summary>The names in statements that are left out: that they are unknown must stay silent.</summary>
    public ImmutableArray<string> Lost { get; init; } = [];
}

/// <summary><c>model Tiny = Big[D: 16](dropout: 0)</c></summary>
public sealed record SpecialisationSyntax(
    Name Name,
    ApplySyntax Base,
    ImmutableArray<AttributeSyntax> Attributes,
    string? Doc,
    SourceSpan Span) : DeclarationSyntax(Name, Doc, Span);

/// <summary>A listed dimension: <c>N</c> or <c>E: 2*D</c>.</summary>
public sealed record DimensionSyntax(Name Name, ExpressionSyntax? Default, SourceSpan Span);

/// <summary><c>name: type</c>, <c>name: type = 0</c> (a tensor) or <c>name = value</c> (a hyperparameter).</summary>
/// <param name="Type">Null for a hyperparameter.</param>
/// <param name="Default">The value of an optional tensor, the default of a hyperparameter; null if <see cref="Words"/> is not empty.</param>
/// <param name="Words">The words of <c>mode = exp | softplus | best</c>, the first by default. A single bare name is a <see cref="Default"/>.</param>
public sealed record InputSyntax(
    Name Name,
    TypeSyntax? Type,
    ExpressionSyntax? Default,
    ImmutableArray<Name> Words,
    string? Doc,
    SourceSpan Span);

public sealed record OutputSyntax(Name Name, TypeSyntax Type, string? Doc, SourceSpan Span);

/// <summary><c>real[T, D]</c>; an axis may name an index: <c>real[d: D, n: N]</c>. A bare <c>real</c> has no axes.</summary>
public sealed record TypeSyntax(Name Element, ImmutableArray<AxisSyntax> Axes, SourceSpan Span);

/// <summary>An axis of a type, or an index with its range in an equation or a reduction: <c>D</c>, <c>d: D</c>.</summary>
public sealed record AxisSyntax(Name? Index, ExpressionSyntax Size, SourceSpan Span);

/// <summary><c>@lr(0.25)</c>, <c>@no_decay</c>, <c>@horizon(1000)</c></summary>
public sealed record AttributeSyntax(Name Name, ExpressionSyntax? Argument, SourceSpan Span);
