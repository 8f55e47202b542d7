using SsmDsl.Semantics;

namespace SsmDsl.Parser.Tests.Dimensions;

public class DimSolverTests
{
    private static readonly Dim D = Dim.Of(new DimSymbol("D"));
    private static readonly Dim H = Dim.Of(new DimSymbol("H"));
    private static readonly Dim K = Dim.Of(new DimSymbol("K"));
    private static readonly Dim N = Dim.Of(new DimSymbol("N"));
    private static readonly Dictionary<DimSymbol, Dim> nothing = [];

    public static TheoryData<string, (Dim, Dim)[], string> Solved => new()
    {
        { "one axis each, same names on both sides", [(D, H), (H, D)], "D=H H=D" },
        { "a multiple", [(2 * D, 8)], "D=4" },
        { "a multiple of an unknown", [(2 * D, D)], "D=D/2" },
        { "a sum", [(D + 1, N)], "D=N - 1" },
        { "a remainder", [(2 * D, 5)], "D=5/2 !0:Remainder" },
        { "below 0", [(D + 3, 1)], "D=-2 !0:Negative" },
        { "an axis that waits for a later one", [(H * K, 12), (K, 4)], "H=3 K=4" },
        { "a contradiction at the later axis", [(D, 4), (2 * D, 8), (D, 5)], "D=4 !2:Differs" },
        { "two unknowns in one axis", [(H * K, 12)], "H=? K=?" },
        { "not linear", [(D * D, 16)], "D=?" },
        { "linear only without its function", [(D + Dim.Ceil(D, 16), 17)], "D=?" },
        { "a contradiction of constants", [(3, 4), (D, 1)], "D=1 !0:Differs" },
        { "a quotient", [(D / 2, N)], "D=2*N" },
    };

    [Theory, MemberData(nameof(Solved))]
    public void Axes_determine_dimensions(string title, (Dim, Dim)[] axes, string expected) =>
        Assert.Equal((title, expected), (title, Show(DimSolver.Solve(axes, nothing, []))));

    [Fact]
    public void Given_dimensions_are_compared_and_defaults_come_last()
    {
        var known = new Dictionary<DimSymbol, Dim> { [new("N")] = 64 };
        var defaults = new Dictionary<DimSymbol, Dim> { [new("H")] = K + 1, [new("K")] = 2 * D, [new("N")] = 3 };
        var unknowns = new[] { new DimSymbol("H"), new DimSymbol("K") };
        Assert.Equal("D=5 H=11 K=10 N=64", Show(DimSolver.Solve([(D, 5), (N, 64)], known, unknowns, defaults)));
        Assert.Equal("D=5 H=8 K=7 N=64 !1:Differs", Show(DimSolver.Solve([(D, 5), (N, 32), (K, 7)], known, unknowns, defaults)));
    }

    private static string Show(DimSolution solution) => string.Join(" ",
        solution.Values.Select(v => $"{v.Key}={v.Value}").Concat(solution.Unsolved.Select(s => $"{s}=?")).Order(StringComparer.Ordinal)
            .Concat(solution.Mismatches.Select(m => $"!{m.Axis}:{m.Kind}")));
}
