using System.Collections.Immutable;

namespace SsmDsl.Semantics;

/// <summary>What is taken for granted of unknown sizes in proofs: a symbol is at least 1, those listed here at least 0.</summary>
public sealed record SizeAssumptions(ImmutableHashSet<DimSymbol> MayBeZero)
{
    /// <summary>All symbols are at least 1.</summary>
    public static readonly SizeAssumptions AtLeastOne = new(ImmutableHashSet<DimSymbol>.Empty);

    public long Least(DimSymbol symbol) => MayBeZero.Contains(symbol) ? 0 : 1;

    /// <summary>With more known: an index that ranges over a symbol has a value, so the symbol is at least 1.</summary>
    public SizeAssumptions WithNonempty(IEnumerable<Dim> ranges) =>
        MayBeZero.IsEmpty ? this : new(MayBeZero.Except(ranges.Where(r => r.IsSymbol).SelectMany(r => r.Symbols)));
}
