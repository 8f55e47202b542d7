using SsmDsl.Semantics;

namespace SsmDsl.Parser.Tests.Dimensions;

public class DimTests
{
    private static readonly Dim D = Dim.Of(new DimSymbol("D"));
    private static readonly Dim H = Dim.Of(new DimSymbol("H"));
    private static readonly Dim T = Dim.Of(new DimSymbol("T"));

    public static TheoryData<string, Dim> Printed => new()
    {
        { "2*D + 1", 1 + (D * 2) },
        { "D/H", D / H },
        { "D", D / H * H },
        { "T - 1", T - 1 },
        { "T - D", T - D },
        { "-D - 1", -1 - D },
        { "D", (D - H) + H },
        { "0", D - D },
        { "5/2", (Dim)5 / 2 },
        { "-5/2", (Dim)5 / -2 },
        { "D/2", (2 * D) / 4 },
        { "(D + 1)/2", (D + 1) / 2 },
        { "D + H", ((D * D) - (H * H)) / (D - H) },
        { "D/(2*H)", D / 2 / H },
        { "1/(H - 1)", (D / (H - 1)) / D },
        { "-1/(H - 1)", 1 / (1 - H) },
        { "ceil(D/16)", Dim.Ceil(D, 16) },
        { "D", Dim.Ceil(16 * D, 16) },
        { "3", Dim.Ceil(5, 2) },
        { "-2", Dim.Ceil(-5, 2) },
        { "2", Dim.Floor(5, 2) },
        { "-3", Dim.Floor(5, -2) },
        { "H*ceil(D/16) + 1", 1 + (H * Dim.Ceil(D, 16)) },
        { "floor(min(D/2, H))", Dim.Floor(Dim.Min(D / 2, H), 1) },
        { "min(D, H)", Dim.Min(D, H) },
        { "D", Dim.Min(D, D + 1) },
        { "7", Dim.Max(3, 7) },
        { "0", Dim.Min(D, H) - Dim.Min(H, D) },
        { "1/0", D / (H - H) },
        { "D*D", D * D },
    };

    [Theory, MemberData(nameof(Printed))]
    public void Is_reduced_and_printed_as_written(string expected, Dim dim) => Assert.Equal(expected, dim.ToString());

    [Fact]
    public void Equality_is_that_of_quotients()
    {
        Dim a = ((D + H) * (D + 1)) / ((D + H) * (D - H));
        Dim b = (D + 1) / (D - H);
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.Equal(Dim.Ceil((D + H) * (D + 1), (D + H) * (D - H)), Dim.Ceil(D + 1, D - H));
        Assert.NotEqual(D / H, H / D);
        Assert.NotEqual(Dim.Ceil(D, H), Dim.Floor(D, H));
        Assert.NotEqual(Dim.Undefined, 0);
        Assert.Equal(D / 0, Dim.Undefined);
    }

    [Fact]
    public void Numbers_without_bounds_and_division_by_zero_do_not_throw()
    {
        Dim large = (Dim)long.MaxValue * long.MaxValue;
        Assert.False(large.IsConstant);
        Assert.True(large.IsTooLarge);
        Assert.True((large - large).IsConstant);
        Assert.True(((Dim)1 / 0).IsFraction);
        Assert.True(((Dim)1 / 0 * 0).IsUndefined);
        Assert.True((D / 2).Substitute(new Dictionary<DimSymbol, Dim> { [new("D")] = 3 }).IsFraction);
        Assert.True(Dim.Min(D / (H - 2), 3).Substitute(new Dictionary<DimSymbol, Dim> { [new("H")] = 2 }).IsUndefined);
        Assert.Throws<InvalidOperationException>(() => (D / 2).Evaluate(_ => 3));
    }

    [Fact]
    public void Substitutes_and_evaluates_inside_of_functions()
    {
        Dim dim = Dim.Max(Dim.Ceil(2 * D, H), T) + (D / H);
        Assert.Equal([new("D"), new("H"), new("T")], dim.Symbols.OrderBy(s => s.Name));
        var values = new Dictionary<string, long> { ["D"] = 10, ["H"] = 5, ["T"] = 3 };
        Assert.Equal(6, dim.Evaluate(s => values[s.Name]));
        Assert.Equal("max(4, H) + 2", dim.Substitute(new Dictionary<DimSymbol, Dim> { [new("D")] = 2 * H, [new("T")] = H }).ToString());
    }
}
