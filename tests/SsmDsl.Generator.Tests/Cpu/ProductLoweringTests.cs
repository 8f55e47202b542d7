using SsmDsl.Emit;
using SsmDsl.Generator.Tests.Autodiff;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using static SsmDsl.Generator.Tests.Autodiff.GraphBuilder;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Cpu;

public sealed class ProductLoweringTests
{
    private static readonly DimSymbol Length = new("T");

    /// <summary>Name, and whether it is a product of matrices to the compiler.</summary>
    public static TheoryData<string, bool> Forms() => new()
    {
        { "projection", true }, { "transposed projection", true }, { "gradient of a weight", true }, { "gradient of an input", true },
        { "scores of attention", true }, { "weighted values", true }, { "a difference of two products", true }, { "a scaled product", true },
        { "history before the start", true }, { "too narrow", false }, { "a band", false }, { "with a condition", false }, { "a vector", false },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Sums_of_products_run_as_matrix_products_and_agree_with_the_interpreter(string form, bool isProduct)
    {
        (Port[] inputs, Equation equation) = Make(form);
        var output = new Port(PortKind.Output, "y", equation.Target);
        var program = new GraphProgram("Product", [DimSymbol.Batch, Length], [.. inputs], [output], [equation]);
        var random = new Random(4);
        var values = new Dictionary<string, double[]>();
        var sizes = new Dictionary<DimSymbol, long> { [DimSymbol.Batch] = 3, [Length] = 50 };
        foreach (Port port in inputs)
            values[port.Name] = [.. Enumerable.Range(0, (int)port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s]))).Select(_ => (double)(float)(2 * random.NextDouble() - 1))];
        var input = new InterpreterInput { Sizes = sizes, Read = port => values[port.Name] };
        double[] expected = Interpreter.Run(program, input)[output];
        foreach ((RealType real, double tolerance) in new[] { (RealType.Float64, 1e-12), (RealType.Float32, 2e-5) })
        {
            CompiledProgram compiled = CompiledProgram.Of(program, real);
            bool isOverSequences = isProduct && form is "gradient of a weight" or "history before the start";
            Assert.Equal(isProduct && !isOverSequences, compiled.Source.Contains("MatrixProduct.Run(", StringComparison.Ordinal));
            Assert.Equal(isOverSequences, compiled.Source.Contains("MatrixProduct.OverSequences(", StringComparison.Ordinal));
            double[] found = compiled.Run(input)[output], backwards = compiled.Run(input, new SerialPool(backwards: true))[output];
            Assert.Equal(found, backwards);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], tolerance);
        }
    }

    private static (Port[] Inputs, Equation Equation) Make(string form)
    {
        (Dim b, Dim t) = (Dim.Of(DimSymbol.Batch), Dim.Of(Length));
        (IndexVar ib, IndexVar it, IndexVar ie, IndexVar id, IndexVar isource, IndexVar ih) = (Var("b", b), Var("t", t), Var("e", 40), Var("d", 12), Var("s", t), Var("h", 2));
        Tensor x = T("x", b, t, 12), y = T("y", b, t, 40), w = T("w", 40, 12), v = T("v", 12, 40), q = T("q", b, t, 2, 12), k = T("k", b, t, 2, 12);
        Tensor y2 = T("y2", b, t, 40), w2 = T("w2", 12, 40), x2 = T("x2", b, t, 12), p = T("p", b, 2, t, t), bias = T("bias", 40), narrow = T("narrow", 2, 12);
        Scalar product = Scalars.Multiply(At(w, ie, id), At(x, ib, it, id));
        return form switch
        {
            "projection" => ([In(x), In(w)], Sum("y", [ib, it, ie], [id], product)),
            "transposed projection" => ([In(x), In(v)], Sum("y", [ib, it, ie], [id], Scalars.Multiply(At(x, ib, it, id), At(v, id, ie)))),
            "gradient of a weight" => ([In(y), In(x)], Sum("y", [ie, id], [ib, it], Scalars.Multiply(At(y, ib, it, ie), At(x, ib, it, id)))),
            "gradient of an input" => ([In(y), In(w)], Sum("y", [ib, it, id], [ie], Scalars.Multiply(At(y, ib, it, ie), At(w, ie, id)))),
            "scores of attention" => ([In(q), In(k)], Sum("y", [ib, ih, it, isource], [id], Scalars.Multiply(Scalars.Real(0.25), Scalars.Multiply(At(q, ib, it, ih, id), At(k, ib, isource, ih, id))))),
            "weighted values" => ([In(p), In(k)], Sum("y", [ib, it, ih, id], [isource], Scalars.Multiply(At(p, ib, ih, it, isource), At(k, ib, isource, ih, id)))),
            "a difference of two products" => ([In(x), In(x2), In(v), In(w2)], Sum("y", [ib, it, ie], [id],
                F(ScalarOp.Subtract, Scalars.Multiply(At(v, id, ie), At(x, ib, it, id)), Scalars.Multiply(At(x2, ib, it, id), At(w2, id, ie))))),
            "a scaled product" => ([In(x), In(w)], Sum("y", [ib, it, ie], [id], Scalars.Negate(Scalars.Multiply(product, Scalars.Real(1.5))))),
            "history before the start" => History(ib, it, ie, id),
            "too narrow" => ([In(x), In(narrow)], Sum("y", [ib, it, ih], [id], Scalars.Multiply(At(x, ib, it, id), At(narrow, ih, id)))),
            "a band" => ([In(x), In(w)], Sum("y", [ib, it, ie], [id], Scalars.Multiply(At(w, ie, id), Load(x, GraphBuilder.At(ib), GraphBuilder.At(it, -1), GraphBuilder.At(id))))),
            "with a condition" => ([In(x), In(w)], Sum("y", [ib, it, ie], [id], product) with
            {
                Reduction = new Reduction(ReduceKind.Sum, [id], Scalars.Compare(ScalarOp.LessOrEqual, new IndexScalar(Index.Of(id)), new IndexScalar(Index.Of(it)))),
            }),
            _ => ([In(y), In(bias)], Sum("y", [ib, it], [ie], Scalars.Multiply(At(y, ib, it, ie), At(bias, ie)))),
        };
    }

    /// <summary>The reads of an extended tensor lie in rows of another length than those of the batch suggest.</summary>
    private static (Port[], Equation) History(IndexVar ib, IndexVar it, IndexVar ie, IndexVar id)
    {
        var longer = new Tensor("longer", ElementType.Real, [new TensorAxis(ib.Size), new TensorAxis(it.Size + 1), new TensorAxis(12)]);
        var target = new Tensor("y", ElementType.Real, [new TensorAxis(40), new TensorAxis(12)]);
        Tensor g = T("g", ib.Size, it.Size, 40);
        var load = new LoadScalar(longer, [Index.Of(ib), Index.Of(it).Plus(1), Index.Of(id)], [AxisAccess.InRange, AxisAccess.InRange, AxisAccess.InRange]);
        return ([In(longer), In(g)], new Equation(target, [ie, id], [Index.Of(ie), Index.Of(id)], new Reduction(ReduceKind.Sum, [ib, it], null), Scalars.Multiply(At(g, ib, it, ie), load)));
    }

    private static Tensor T(string name, params Dim[] shape) => new(name, ElementType.Real, [.. shape.Select(s => new TensorAxis(s))]);

    private static Port In(Tensor tensor) => new(PortKind.Input, tensor.Name, tensor);

    private static Scalar At(Tensor tensor, params IndexVar[] indices) =>
        new LoadScalar(tensor, [.. indices.Select(Index.Of)], [.. indices.Select(_ => AxisAccess.InRange)]);

    private static Equation Sum(string name, IndexVar[] axes, IndexVar[] over, Scalar body) =>
        GraphBuilder.Make(T(name, [.. axes.Select(a => a.Size)]), axes, body, GraphBuilder.Sum(over));
}
