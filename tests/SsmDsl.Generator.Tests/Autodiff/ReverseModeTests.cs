using SsmDsl.Autodiff;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using static SsmDsl.Generator.Tests.Autodiff.GraphBuilder;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Autodiff;

/// <summary>Gradients against central finite differences, one primitive and one index form at a time.</summary>
public sealed class ReverseModeTests
{
    public static TheoryData<string> Names() => [.. Programs.Keys];

    internal static GraphProgram Program(string name) => Programs[name]();

    internal static InterpreterInput Input(GraphProgram program, int seed)
    {
        var random = new Random(seed);
        Dictionary<string, double[]> values = program.Inputs.ToDictionary(
            p => p.Name,
            p => Enumerable.Range(0, Count(p.Tensor)).Select(_ => p.Tensor.Element == ElementType.Int ? random.Next(4) : 2 * random.NextDouble() - 1).ToArray());
        return new InterpreterInput { Sizes = program.Dynamic.ToDictionary(s => s, Size), Read = port => values[port.Name] };
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        GraphProgram program = Programs[name]();
        GraphProgram backward = ReverseMode.Backward(program);
        Assert.Empty(Verifier.Check(program));
        Assert.Empty(Verifier.Check(backward));
        InterpreterInput input = Input(program, 1);
        Dictionary<string, double[]> values = program.Inputs.ToDictionary(p => p.Name, input.Read);
        IReadOnlyDictionary<Port, double[]> results = Run(backward, values);
        foreach ((Port port, double[] gradient) in results.Where(r => r.Key.Kind is PortKind.InputGradient or PortKind.ParameterGradient))
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                double kept = values[port.Name][i];
                double Loss(double value)
                {
                    values[port.Name][i] = value;
                    return Run(program, values).Values.Single()[0];
                }

                double difference = (Loss(kept + 1e-6) - Loss(kept - 1e-6)) / 2e-6;
                values[port.Name][i] = kept;
                Assert.True(Math.Abs(difference - gradient[i]) <= 1e-7 * (1 + gradient.Max(Math.Abs)), $"d{port.Name}[{i}] = {gradient[i]}, finite difference {difference}");
            }
        }
    }

    private static readonly Dictionary<string, Func<GraphProgram>> Programs = new()
    {
        ["map"] = () => Unary(x => F(ScalarOp.Exp, F(ScalarOp.Sin, x))),
        ["branch"] = () => Unary(x => Scalars.Select(Scalars.Compare(ScalarOp.Greater, x, Scalars.Real(0)), F(ScalarOp.Log, x), F(ScalarOp.Multiply, x, x))),
        ["contraction"] = () => Contraction(),
        ["shift"] = () => Read((b, t) => [At(b), At(t, -2)]),
        ["stride"] = () => Read((b, t) => [At(b), At(t, 1, 2)]),
        ["div"] = () => Read((b, t) => [At(b), Index.Of(t).Plus(1).DividedBy(2)]),
        ["mod"] = () => Read((b, t) => [At(b), Index.Of(t).Plus(1).Modulo(3)]),
        ["reverse order"] = () => Read((b, t) => [At(b), Index.Of(T - 1).Minus(Index.Of(t))]),
        ["constant position"] = () => Read((b, t) => [At(b), Index.Of(2)]),
        ["convolution"] = () => Convolution(),
        ["heads"] = () => Heads(),
        ["diagonal"] = () => Diagonal(),
        ["gather"] = () => GatherRows(),
        ["sum"] = () => Reduce(ReduceKind.Sum, false),
        ["prod"] = () => Reduce(ReduceKind.Prod, false),
        ["prod where"] = () => Reduce(ReduceKind.Prod, true),
        ["max where"] = () => Reduce(ReduceKind.Max, true),
        ["min"] = () => Reduce(ReduceKind.Min, false),
        ["logsumexp where"] = () => Reduce(ReduceKind.LogSumExp, true),
        ["recurrence"] = () => Scan(1, false),
        ["recurrence of lag 2"] = () => Scan(2, false),
        ["reversed recurrence"] = () => Scan(1, true),
        ["copies"] = () => Copies(),
        ["parts"] = () => Parts(),
    };

    private static GraphProgram Unary(Func<Scalar, Scalar> f)
    {
        var g = new GraphBuilder();
        Tensor x = g.Input("x", B, T);
        (IndexVar b, IndexVar t) = (Var("b", B), Var("t", T));
        return g.Loss(g.Define("y", [b, t], f(Load(x, At(b), At(t)))));
    }

    private static GraphProgram Read(Func<IndexVar, IndexVar, Index[]> position)
    {
        var g = new GraphBuilder();
        Tensor x = g.Input("x", B, T);
        (IndexVar b, IndexVar t) = (Var("b", B), Var("t", T));
        return g.Loss(g.Define("y", [b, t], F(ScalarOp.Multiply, Load(x, position(b, t)), F(ScalarOp.Cos, Load(x, At(b), At(t))))));
    }

    private static GraphProgram Contraction()
    {
        var g = new GraphBuilder();
        (Tensor x, Tensor w) = (g.Input("x", B, T, 3), g.Parameter("w", 2, 3));
        (IndexVar b, IndexVar t, IndexVar o, IndexVar i) = (Var("b", B), Var("t", T), Var("o", 2), Var("i", 3));
        Tensor y = g.Define("y", [b, t, o], F(ScalarOp.Multiply, Load(w, At(o), At(i)), Load(x, At(b), At(t), At(i))), Sum(i));
        return g.Loss(g.Define("z", [b, t, o], F(ScalarOp.Tanh, Load(y, At(b), At(t), At(o)))));
    }

    private static GraphProgram Convolution()
    {
        var g = new GraphBuilder();
        (Tensor x, Tensor w) = (g.Input("x", B, T), g.Parameter("w", 3));
        (IndexVar b, IndexVar t, IndexVar k) = (Var("b", B), Var("t", T), Var("k", 3));
        return g.Loss(g.Define("y", [b, t], F(ScalarOp.Multiply, Load(w, At(k)), Load(x, At(b), Index.Of(t).Minus(Index.Of(k)).Plus(1))), Sum(k)));
    }

    private static GraphProgram Heads()
    {
        var g = new GraphBuilder();
        (Tensor x, Tensor w) = (g.Input("x", B, 6), g.Parameter("w", 2, 3));
        (IndexVar b, IndexVar h, IndexVar k) = (Var("b", B), Var("h", 2), Var("k", 3));
        return g.Loss(g.Define("y", [b, h], F(ScalarOp.Multiply, Load(w, At(h), At(k)), Load(x, At(b), Index.Of(h).Times(3).Plus(Index.Of(k)))), Sum(k)));
    }

    private static GraphProgram Diagonal()
    {
        var g = new GraphBuilder();
        Tensor x = g.Parameter("x", 4, 4);
        IndexVar i = Var("i", 4);
        return g.Loss(g.Define("y", [i], F(ScalarOp.Exp, Load(x, At(i), At(i)))));
    }

    private static GraphProgram GatherRows()
    {
        var g = new GraphBuilder();
        Tensor ids = g.Port(PortKind.Input, "ids", ElementType.Int, B, T);
        Tensor table = g.Parameter("table", 4, 2);
        (IndexVar b, IndexVar t, IndexVar d) = (Var("b", B), Var("t", T), Var("d", 2));
        return g.Loss(g.Define("y", [b, t, d], Gather(table, Load(ids, At(b), At(t)), At(d))));
    }

    private static GraphProgram Reduce(ReduceKind kind, bool where)
    {
        var g = new GraphBuilder();
        Tensor x = g.Input("x", B, T);
        (IndexVar b, IndexVar t, IndexVar s) = (Var("b", B), Var("t", T), Var("s", T));
        Scalar? condition = where ? Scalars.Compare(ScalarOp.LessOrEqual, Scalars.Of(Index.Of(s)), Scalars.Of(Index.Of(t))) : null;
        return g.Loss(g.Define("y", [b, t], F(ScalarOp.Sin, Load(x, At(b), At(s))), new Reduction(kind, [s], condition)));
    }

    private static GraphProgram Scan(int lag, bool reversed)
    {
        var g = new GraphBuilder();
        (Tensor u, Tensor a, Tensor first) = (g.Input("u", B, T, 2), g.Parameter("a", 2), g.Parameter("first", 2));
        (IndexVar b, IndexVar t, IndexVar n) = (Var("b", B), Var("t", T), Var("n", 2));
        var h = new Tensor("h", ElementType.Real, [new(B), new(T, reversed ? 0 : lag, reversed ? lag : 0), new(2)]);
        for (int k = 1; k <= lag; k++)
        {
            Index place = reversed ? Index.Of(T + (k - 1)) : Index.Of(-k);
            g.Add(Make(h, [b, n], F(ScalarOp.Multiply, Scalars.Real(k), Load(first, At(n))), left: [At(b), place, At(n)]));
        }

        Scalar body = F(ScalarOp.Tanh, Load(u, At(b), At(t), At(n)));
        for (int k = 1; k <= lag; k++)
        {
            body = F(ScalarOp.Add, body, F(ScalarOp.Multiply, Load(a, At(n)), Load(h, At(b), At(t, reversed ? k : -k), At(n))));
        }

        g.Add(new Recurrence(t, reversed, RecurrenceKind.Sequence, [Make(h, [b, t, n], F(ScalarOp.Sin, body))]));
        return g.Loss(g.Define("y", [b, t, n], Load(h, At(b), At(t), At(n))));
    }

    /// <summary>Three copies with stacked weights and one shared weight, a recurrence in time inside of each.</summary>
    private static GraphProgram Copies()
    {
        var g = new GraphBuilder();
        (Tensor u, Tensor w, Tensor shared) = (g.Input("u", B, T), g.Parameter("w", 3), g.Parameter("shared"));
        (IndexVar c, IndexVar b, IndexVar t) = (Var("c", 3), Var("b", B), Var("t", T));
        var x = new Tensor("x", ElementType.Real, [new(3, 1), new(B), new(T)]);
        var h = new Tensor("h", ElementType.Real, [new(3), new(B), new(T, 1)]);
        g.Add(Make(x, [b, t], Load(u, At(b), At(t)), left: [Index.Of(-1), At(b), At(t)]));
        Scalar step = F(ScalarOp.Add, F(ScalarOp.Multiply, Load(w, At(c)), Load(h, At(c), At(b), At(t, -1))), Load(x, At(c, -1), At(b), At(t)));
        g.Add(new Recurrence(c, false, RecurrenceKind.Copies,
        [
            Make(h, [c, b], Load(shared), left: [At(c), At(b), Index.Of(-1)]),
            new Recurrence(t, false, RecurrenceKind.Sequence, [Make(h, [c, b, t], F(ScalarOp.Tanh, step))]),
            Make(x, [c, b, t], F(ScalarOp.Add, Load(x, At(c, -1), At(b), At(t)), F(ScalarOp.Multiply, Load(shared), Load(h, At(c), At(b), At(t))))),
        ]));
        return g.Loss(g.Define("y", [b, t], Load(x, Index.Of(2), At(b), At(t))));
    }

    private static GraphProgram Parts()
    {
        var g = new GraphBuilder();
        (Tensor x, Tensor z) = (g.Input("x", B, 2), g.Input("z", B, 3));
        (IndexVar b, IndexVar i, IndexVar j) = (Var("b", B), Var("i", 2), Var("j", 3));
        var y = new Tensor("y", ElementType.Real, [new(B), new(5)]);
        g.Add(Make(y, [b, i], F(ScalarOp.Exp, Load(x, At(b), At(i)))));
        g.Add(Make(y, [b, j], F(ScalarOp.Sin, Load(z, At(b), At(j))), left: [At(b), At(j, 2)]));
        return g.Loss(y);
    }

    private static int Count(Tensor tensor) => (int)tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(Size));

    private static long Size(DimSymbol symbol) => symbol.Equals(DimSymbol.Batch) ? 2 : 5;

    private static IReadOnlyDictionary<Port, double[]> Run(GraphProgram program, Dictionary<string, double[]> values) => Interpreter.Run(program, new InterpreterInput
    {
        Sizes = program.Dynamic.ToDictionary(s => s, Size),
        Read = port => values[port.Name],
    });
}
