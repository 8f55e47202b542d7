using System.Collections.Immutable;
using SsmDsl.Diagnostics;
using SsmDsl.Text;

namespace SsmDsl.Semantics;

/// <summary>What the front end hands on: every layer checked once, every model with the values of its dimensions.</summary>
public sealed record CheckedProgram(
    ImmutableArray<CheckedLayer> Layers,
    ImmutableArray<CheckedModel> Models,
    ImmutableArray<Diagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == Severity.Error);
}

/// <summary>
/// A model for which C# is generated: the layer that is its body, with values for the listed dimensions and hyperparameters.
/// </summary>
/// <param name="Dimensions">A value (a constant) for every listed dimension and every int hyperparameter that is used as one,
/// and for an inferred dimension that is static. Symbols without an entry are dynamic.</param>
/// <param name="Hyperparameters">A value for every hyperparameter of <paramref name="Layer"/>, constants only.</param>
/// <param name="HasErrors">An error was found in it or in a layer it uses: only its header may be used.</param>
public sealed record CheckedModel(
    string Name,
    string? Namespace,
    string? Doc,
    SourceSpan NameSpan,
    CheckedLayer Layer,
    ImmutableDictionary<DimSymbol, Dim> Dimensions,
    ImmutableDictionary<Hyperparameter, HyperArgument> Hyperparameters,
    double? Horizon,
    bool HasErrors);

/// <summary>A layer or a model's body, checked with its dimensions as unknowns. Reference identity.</summary>
public sealed class CheckedLayer
{
    public required string Name { get; init; }
    public required bool IsModel { get; init; }
    public required string? Doc { get; init; }
    public required SourceSpan NameSpan { get; init; }

    /// <summary>Listed dimensions in order, then inferred ones in order of occurrence.</summary>
    public required ImmutableArray<LayerDimension> Dimensions { get; init; }
    public required ImmutableArray<Hyperparameter> Hyperparameters { get; init; }

    /// <summary>Tensor inputs in order of the header.</summary>
    public required ImmutableArray<LayerInput> Inputs { get; init; }
    public required ImmutableArray<LayerOutput> Outputs { get; init; }

    /// <summary>Statements in order of the text; calls inside of expressions stand before the equation that uses them.</summary>
    public required ImmutableArray<CheckedStatement> Body { get; init; }
    public required bool HasErrors { get; init; }
}

/// <param name="IsListed">A caller may give it; else it is inferred from the arguments.</param>
/// <param name="IsSequence">Inferred and shifted over: reading outside of it gives 0.</param>
public sealed record LayerDimension(DimSymbol Symbol, bool IsListed, bool IsSequence);

/// <param name="Default">The value that fills an argument left out, or null if the input must be given.</param>
public sealed record LayerInput(Local Local, CheckedExpression? Default, string? Doc);

/// <param name="Value">The local that holds the output after the last statement.</param>
/// <param name="DependsOn">The inputs that the output reads (not through parameters): an output that reads no lifted input is not lifted.</param>
public sealed record LayerOutput(string Name, TensorType Type, Local Value, ImmutableArray<Local> DependsOn, string? Doc);

public enum HyperKind
{
    Real,
    Int,
    Bool,
    Word,
}

/// <summary>A compile-time scalar of a layer. An int one is a <see cref="DimSymbol"/> of the same name in shapes and indices. Reference identity.</summary>
public sealed class Hyperparameter(string name, HyperKind kind, ImmutableArray<string> words)
{
    public string Name { get; } = name;
    public HyperKind Kind { get; } = kind;
    public ImmutableArray<string> Words { get; } = words;
}

/// <summary>The value of a hyperparameter at a call: an expression over the caller's constants, dimensions, hyperparameters and
/// copy numbers; or a word; or the caller's word hyperparameter passed on.</summary>
public sealed record HyperArgument(CheckedExpression? Value, string? Word, Hyperparameter? PassedOn);

public enum ElementType
{
    Real,
    Complex,
    Int,
    Bool,
}

public sealed record TensorType(ElementType Element, ImmutableArray<Dim> Shape)
{
    public int Rank => Shape.Length;
}

public enum LocalKind
{
    Input,
    Target,
    Parameter,
    Value,
}

/// <summary>A tensor in a layer's body: each (re)binding is a local of its own. Reference identity.</summary>
public sealed class Local(string name, LocalKind kind, TensorType type, SourceSpan span)
{
    public string Name { get; } = name;
    public LocalKind Kind { get; } = kind;
    public TensorType Type { get; } = type;
    public SourceSpan Span { get; } = span;

    public override string ToString() => Name;
}

/// <summary>An index with the range 0 … Range-1. Reference identity.</summary>
public sealed class IndexSymbol(string name, Dim range)
{
    private AffineForm? position;

    public string Name { get; } = name;
    public Dim Range { get; } = range;

    /// <summary>Its own value as a position.</summary>
    public AffineForm Position => position ??= AffineForm.Variable(this, Range);

    public override string ToString() => Name;
}
