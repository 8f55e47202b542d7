using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Expansion;

/// <summary>A place in an equation: what names and indices mean there, and under which conditions it is reached.</summary>
/// <param name="Prefix">The position on each prefix axis of the equation.</param>
/// <param name="Variables">All variables bound here, outermost first: the order of the axes of extracted tensors.</param>
/// <param name="Conditions">Of enclosing branches and reductions; a later one may only be evaluated if the earlier ones hold.</param>
internal sealed record Place(
    Frame Frame,
    Slot Target,
    string? Comment,
    ImmutableDictionary<PrefixAxis, Index> Prefix,
    ImmutableDictionary<IndexSymbol, IndexVar> Symbols,
    ImmutableArray<IndexVar> Variables,
    ImmutableArray<Scalar> Conditions)
{
    public Place Under(Scalar? condition) =>
        condition is null or ConstantScalar ? this : this with { Conditions = Conditions.Add(condition) };

    public Place With(ImmutableArray<IndexSymbol> symbols, ImmutableArray<IndexVar> variables) => this with
    {
        Symbols = Symbols.SetItems(symbols.Zip(variables, (s, v) => new KeyValuePair<IndexSymbol, IndexVar>(s, v))),
        Variables = Variables.AddRange(variables),
    };

    public ImmutableArray<IndexVar> Fresh(ImmutableArray<IndexSymbol> symbols) =>
        [.. symbols.Select(s => new IndexVar(s.Name, Frame.Size(s.Range)))];
}
