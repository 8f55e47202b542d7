using System.Collections.Immutable;
using SsmDsl.Text;

namespace SsmDsl.Semantics.Checking;

/// <param name="Default">Over the layer's own symbols; null if a caller must give it or its axes determine it.</param>
/// <param name="Conditions">What must hold where the default is used.</param>
internal sealed record ListedDimension(DimSymbol Symbol, Dim? Default, SourceSpan Place, ImmutableArray<Obligation> Conditions);

/// <param name="Size">The default of an int hyperparameter.</param>
internal sealed record HyperInfo(Hyperparameter Parameter, HyperArgument Default, Dim? Size, SourceSpan Place)
{
    public DimSymbol Symbol { get; } = new(Parameter.Name);
}

/// <summary>What a caller needs to know of a layer that was checked.</summary>
internal sealed record LayerInfo(
    string Name,
    CheckedLayer Layer,
    ImmutableArray<ListedDimension> Listed,
    ImmutableArray<DimSymbol> Inferred,
    ImmutableArray<HyperInfo> Hypers)
{
    /// <summary>What could not be decided for all sizes: to be decided for each use with its numbers.</summary>
    public ImmutableArray<Obligation> Obligations { get; init; } = [];

    /// <summary>Dimensions on which parameters depend: all uses of an instance must agree in them.</summary>
    public ImmutableHashSet<DimSymbol> ParameterSymbols { get; init; } = [];

    /// <summary>Inferred dimensions along which it recurs or shifts.</summary>
    public ImmutableHashSet<DimSymbol> Sequence { get; init; } = [];

    /// <summary>The symbols that stand for a size in it.</summary>
    public IEnumerable<DimSymbol> Symbols => Listed.Select(d => d.Symbol).Concat(Inferred).Concat(IntHypers.Select(h => h.Symbol));

    /// <summary>What must hold for a use that gives these dimensions.</summary>
    public IEnumerable<Obligation> ObligationsOf(IReadOnlyDictionary<DimSymbol, Dim> given) =>
        Listed.Where(d => !given.ContainsKey(d.Symbol)).SelectMany(d => d.Conditions).Concat(Obligations);

    public IEnumerable<HyperInfo> IntHypers => Hypers.Where(h => h.Parameter.Kind == HyperKind.Int);

    public HyperInfo? Hyper(string name) => Hypers.FirstOrDefault(h => h.Parameter.Name == name);
}
