using System.Collections.Immutable;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <summary>Dimensions and hyperparameters that a caller gives, over its own symbols.</summary>
internal sealed record GivenSizes(ImmutableDictionary<DimSymbol, Dim> Dimensions, ImmutableDictionary<Hyperparameter, HyperArgument> Hypers)
{
    public static readonly GivenSizes None = new(ImmutableDictionary<DimSymbol, Dim>.Empty, ImmutableDictionary<Hyperparameter, HyperArgument>.Empty);
}

/// <summary><c>let name = Layer[…](…)</c>: an instance whose parameters all its uses share.</summary>
internal sealed class NamedInstance(Name name, LayerInfo info, GivenSizes given, IndexSymbol? copy)
{
    public Name Name { get; } = name;

    public LayerInfo Info { get; } = info;

    public GivenSizes Given { get; } = given;

    public IndexSymbol? Copy { get; } = copy;

    public bool IsUsed { get; set; }

    /// <summary>What it is given has an error.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Made at the first use, which gives the inferred dimensions.</summary>
    public LayerInstance? Instance { get; set; }
}

/// <summary>What a call calls.</summary>
internal sealed record Callee(string Name, LayerInfo Info, NamedInstance? Named)
{
    public static Callee Of(NamedInstance instance) => new(instance.Name.Text, instance.Info, instance);

    public static Callee Of(LayerDeclaration declaration, LayerInfo info) => new(declaration.Name, info, null);
}

/// <summary>A tensor argument of a call.</summary>
/// <param name="Place">The argument as written, or what stands left of the pipe.</param>
internal sealed record CallArgument(TensorValue Value, SourceSpan Place);
