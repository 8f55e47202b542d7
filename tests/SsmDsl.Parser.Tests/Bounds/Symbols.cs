using CsCheck;
using SsmDsl.Semantics;

namespace SsmDsl.Parser.Tests.Bounds;

/// <summary>Sizes and indices that tests write formulas with.</summary>
internal static class Symbols
{
    public static readonly Dim D = Dim.Of(new DimSymbol("D"));
    public static readonly Dim H = Dim.Of(new DimSymbol("H"));
    public static readonly Dim K = Dim.Of(new DimSymbol("K"));
    public static readonly Dim T = Dim.Of(new DimSymbol("T"));

    public static AffineForm Index(string name, Dim range) => AffineForm.Variable(name, range);

    public static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
