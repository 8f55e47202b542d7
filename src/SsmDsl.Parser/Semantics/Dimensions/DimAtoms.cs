namespace SsmDsl.Semantics;

/// <summary>What occurs in a dimension.</summary>
internal static class DimAtoms
{
    /// <summary>The atoms of numerator and denominator, without those inside of function atoms; with repetitions.</summary>
    public static IEnumerable<DimAtom> Of(Dim dim) =>
        from term in dim.Numerator.Terms.Concat(dim.Denominator.Terms)
        from factor in term.Monomial.Factors
        select factor.Atom;

    public static IEnumerable<DimSymbol> SymbolsOf(Dim dim) => Of(dim).SelectMany(atom => atom switch
    {
        SymbolAtom s => [s.Symbol],
        FunctionAtom f => SymbolsOf(f.Left).Concat(SymbolsOf(f.Right)),
        _ => throw new InvalidOperationException(),
    });
}
