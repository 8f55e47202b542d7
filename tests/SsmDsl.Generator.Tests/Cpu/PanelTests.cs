using SsmDsl.Compilation;
using SsmDsl.Ir;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>Matrices of parameters that are laid out in panels for products.</summary>
public class PanelTests
{
    // Columns that fill panels or do not, in both directions of memory, of one copy or several, computed from parameters, negated.
    private const string Maps = """
        namespace Tests

        model Maps[D: 32, N: 60, Depth: 2, Few: 9](x: real[T, D]) -> (y: real[T, D], few: real[T, Few]) {
            repeat Depth as blocks {
                param up: real[N, D] = normal(0, 0.1)
                param rate: real[N] = uniform(-1, 1)
                param down: complex[N, D] = normal(0, 0.1)
                scaled[n, d] = exp(rate[n]) * up[n, d]
                u[t, n] = sum[d] scaled[n, d] * x[t, d]
                h[t, n] = 0.5i * h[t-1, n] + u[t, n]
                z[t, d] = re(sum[n] down[n, d] * h[t, n])
                x = x + z
            }
            y = x
            param narrow: real[Few, D] = normal(0, 1)
            few[t, o] = sum[d] narrow[o, d] * y[t, d]
            loss = mean[t, d] y[t, d]^2
        }

        model Large[D: 32, Many: 8193](x: real[T, D]) -> y: real[T, Many] {
            param wide: real[Many, D] = normal(0, 1)
            y[t, o] = sum[d] wide[o, d] * x[t, d]
        }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(70)]
    public void Agree_with_the_interpreter(int length) => FusedGroupTests.AgreesWithInterpreter(ComplexExpansion.Run(Graph("Maps").Forward), length);

    [Fact]
    public void Are_for_runs_without_gradients_and_for_what_a_near_cache_holds()
    {
        Assert.Equal((3, 1), Products(Graph("Maps").Forward));
        Assert.Equal(0, Products(Graph("Maps").Backward!).Panels);
        Assert.Equal((0, 1), Products(Graph("Large").Forward));
    }

    private static (int Panels, int Others) Products(GraphProgram program)
    {
        ProductStatement[] products = [.. ProgramLowering.Lower(ComplexExpansion.Run(program), LoweringTarget.Cpu).Kernels.SelectMany(k => Products(k.Body))];
        return (products.Count(p => p.Right.IsPanels), products.Count(p => !p.Right.IsPanels));
    }

    private static IEnumerable<ProductStatement> Products(IEnumerable<Statement> statements) => statements.SelectMany(s => s switch
    {
        ProductStatement product => [product],
        LoopStatement loop => Products(loop.Body),
        RowsStatement rows => Products(rows.Body),
        _ => Array.Empty<ProductStatement>(),
    });

    private static ModelGraph Graph(string name)
    {
        Semantics.CheckedModel model = Pipeline.Default.Check([new SourceFile("Maps.ssm", Maps)]).Models.Single(m => m.Name == name);
        Assert.False(model.HasErrors);
        return Pipeline.Default.Expand(model);
    }
}
