using SsmDsl.Emit;
using SsmDsl.Generator.Tests.Autodiff;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using static SsmDsl.Generator.Tests.Autodiff.GraphBuilder;

namespace SsmDsl.Generator.Tests.Cpu;

public sealed class RowGroupTests
{
    private static readonly DimSymbol Length = new("T");

    [Theory]
    [InlineData(3, 50)]
    [InlineData(2, 300)]
    [InlineData(1, 1)]
    [InlineData(0, 7)]
    public void A_network_by_position_runs_as_one_kernel_over_blocks_of_rows(int batch, int length)
    {
        (Dim b, Dim t) = (Dim.Of(DimSymbol.Batch), Dim.Of(Length));
        (IndexVar ib, IndexVar it, IndexVar ie, IndexVar id, IndexVar io) = (Var("b", b), Var("t", t), Var("e", 40), Var("d", 12), Var("o", 17));
        Tensor x = Real("x", b, t, 12), w = Real("w", 40, 12), bias = Real("bias", 40), v = Real("v", 17, 40);
        Tensor wide = Real("wide", b, t, 40), active = Real("active", b, t, 40), scale = Real("scale", b, t), y = Real("y", b, t, 17);
        Node[] body =
        [
            GraphBuilder.Make(wide, [ib, it, ie], Scalars.Multiply(At(w, ie, id), At(x, ib, it, id)), GraphBuilder.Sum(id)),
            GraphBuilder.Make(active, [ib, it, ie], F(ScalarOp.Tanh, Scalars.Add(At(wide, ib, it, ie), At(bias, ie)))),
            GraphBuilder.Make(scale, [ib, it], Scalars.Multiply(At(active, ib, it, ie), At(active, ib, it, ie)), GraphBuilder.Sum(ie)),
            GraphBuilder.Make(Narrow(out Tensor narrow, b, t), [ib, it, io], Scalars.Multiply(At(active, ib, it, ie), At(v, io, ie)), GraphBuilder.Sum(ie)),
            GraphBuilder.Make(y, [ib, it, io], Scalars.Divide(At(narrow, ib, it, io), Scalars.Add(Scalars.Real(1), At(scale, ib, it)))),
        ];
        var output = new Port(PortKind.Output, "y", y);
        Port[] inputs = [In(x), In(w), In(bias), In(v)];
        var program = new GraphProgram("Network", [DimSymbol.Batch, Length], [.. inputs], [output], [.. body]);
        var sizes = new Dictionary<DimSymbol, long> { [DimSymbol.Batch] = batch, [Length] = length };
        var random = new Random(4);
        var values = inputs.ToDictionary(p => p.Name, p => Enumerable.Range(0, (int)p.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s])))
            .Select(_ => (double)(float)(2 * random.NextDouble() - 1)).ToArray());
        var input = new InterpreterInput { Sizes = sizes, Read = port => values[port.Name] };
        double[] expected = Interpreter.Run(program, input)[output];
        CompiledProgram compiled = CompiledProgram.Of(program, RealType.Float32);
        Assert.Single(compiled.Source.Split("Pool.For(").Skip(1));
        double[] found = compiled.Run(input)[output];
        Assert.Equal(found, compiled.Run(input, new SerialPool(backwards: true))[output]);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 2e-5);
    }

    private static Tensor Narrow(out Tensor tensor, Dim b, Dim t) => tensor = Real("narrow", b, t, 17);

    private static Tensor Real(string name, params Dim[] shape) => new(name, ElementType.Real, [.. shape.Select(s => new TensorAxis(s))]);

    private static Port In(Tensor tensor) => new(PortKind.Input, tensor.Name, tensor);

    private static Scalar At(Tensor tensor, params IndexVar[] indices) =>
        new LoadScalar(tensor, [.. indices.Select(SsmDsl.Ir.Index.Of)], [.. indices.Select(_ => AxisAccess.InRange)]);
}
