using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Autodiff;

/// <summary>Writes small graph programs by hand: batch B and length T are dynamic.</summary>
internal sealed class GraphBuilder
{
    public static readonly Dim B = Dim.Of(DimSymbol.Batch);
    public static readonly Dim T = Dim.Of(new DimSymbol("T"));
    private readonly List<Port> inputs = [];
    private readonly List<Node> nodes = [];

    public Tensor Port(PortKind kind, string name, ElementType element, params Dim[] shape)
    {
        var tensor = new Tensor(name, element, [.. shape.Select(s => new TensorAxis(s))]);
        inputs.Add(new Port(kind, name, tensor));
        return tensor;
    }

    public Tensor Input(string name, params Dim[] shape) => Port(PortKind.Input, name, ElementType.Real, shape);

    public Tensor Parameter(string name, params Dim[] shape) => Port(PortKind.Parameter, name, ElementType.Real, shape);

    public static IndexVar Var(string name, Dim size) => new(name, size);

    public static Index At(IndexVar v, int shift = 0, long factor = 1) => Index.Of(v).Times(factor).Plus(shift);

    public static Scalar Load(Tensor tensor, params Index[] indices) => new LoadScalar(tensor, [.. indices], [.. indices.Select(_ => AxisAccess.Padded)]);

    public static Scalar Gather(Tensor tensor, Scalar row, params Index[] rest) => new LoadScalar(
        tensor, [new Index([new IndexTerm(1, new LookupAtom(row))], 0), .. rest], [AxisAccess.Checked, .. rest.Select(_ => AxisAccess.InRange)]);

    public static Scalar F(ScalarOp op, params Scalar[] arguments) => Scalars.Apply(op, arguments[0].Type, arguments);

    public static Equation Make(Tensor target, IndexVar[] axes, Scalar body, Reduction? reduction = null, Index[]? left = null, Scalar? guard = null) =>
        new(target, [.. axes], left is null ? [.. axes.Select(Index.Of)] : [.. left], reduction, body, guard);

    public Tensor Define(string name, IndexVar[] axes, Scalar body, Reduction? reduction = null)
    {
        var tensor = new Tensor(name, body.Type, [.. axes.Select(a => new TensorAxis(a.Size))]);
        nodes.Add(Make(tensor, axes, body, reduction));
        return tensor;
    }

    public void Add(Node node) => nodes.Add(node);

    public static Reduction Sum(params IndexVar[] axes) => new(ReduceKind.Sum, [.. axes], null);

    /// <summary>The loss: the sum of the squares of all elements with weights that differ from place to place.</summary>
    public GraphProgram Loss(Tensor tensor)
    {
        IndexVar[] axes = [.. tensor.Axes.Select((a, i) => Var($"l{i}", a.Size))];
        Scalar weight = axes.Select((a, i) => F(ScalarOp.Multiply, Scalars.Real(0.3 + 0.1 * i), new ApplyScalar(ScalarOp.ToReal, [Scalars.Of(Index.Of(a))], ElementType.Real)))
            .Aggregate(Scalars.Real(1), Scalars.Add);
        Scalar value = Load(tensor, [.. axes.Select(Index.Of)]);
        Tensor loss = Define("loss", [], Scalars.Multiply(weight, Scalars.Multiply(value, value)), Sum(axes));
        return new GraphProgram("Evaluate", [DimSymbol.Batch, new DimSymbol("T")], [.. inputs], [new Port(PortKind.Loss, "loss", loss)], [.. nodes]);
    }
}
