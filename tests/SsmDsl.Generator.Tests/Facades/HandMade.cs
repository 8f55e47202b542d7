using SsmDsl.Autodiff;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Text;
using static SsmDsl.Generator.Tests.Autodiff.GraphBuilder;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Generator.Tests.Facades;

/// <summary>Models written by hand as graph programs.</summary>
internal static class HandMade
{
    public static readonly SourceFile File = new("Models.ssm", "model M(x: real[T, 2]) -> y: real[T, 2] { }\n");
    private static readonly DimSymbol Time = new("T");

    public static ModelSignature Signature(string name) => new(
        name, null, null, new SourceSpan(File, 6, 7), [], [Time], [], [], [], [], false, [], [], null, null);

    public static ValueSignature Value(string name, ElementType element, params Dim[] shape) => new(name, new TensorType(element, [.. shape]), true, null, null);

    public static ParameterSignature Parameter(string path, params Dim[] shape) =>
        new([.. path.Split('/').Select(p => p == "*" ? null : p)], [.. path.Split('/').Where(p => p == "*").Select(_ => 2L)], new TensorType(ElementType.Real, [.. shape]), 1, true, false, null);

    /// <summary>A class whose members throw, as for a model with errors.</summary>
    public static FacadeText Broken(ModelSignature signature, string @namespace = "Models", RealType real = RealType.Float32) =>
        Facade.Emit(new FacadeModel(signature, @namespace, signature.Name, real, null, [], "it has errors"));

    /// <summary>
    /// h[t, n] = decay[n]·h[t-1, n] + x[t, n], y[t, n] = h[t, n] + bias[code], the loss Σ (y - next)² and a metric; code is an int
    /// for each sequence, so that gradients of inputs are fewer than inputs.
    /// </summary>
    public static FacadeText Smoother(string name = "Smoother", string @namespace = "Models", RealType real = RealType.Float32, bool steppable = true)
    {
        ModelGraph graph = SmootherGraph(name, steppable);
        ModelPrograms programs = ModelPrograms.Of(graph, real, precise: false, p => CpuEmitter.Emit(p, CpuOptions.Default));
        return Facade.Emit(new FacadeModel(graph.Signature, @namespace, name, real, programs, [], null));
    }

    private static ModelGraph SmootherGraph(string name, bool steppable)
    {
        Dim b = Dim.Of(DimSymbol.Batch), t = Dim.Of(Time), n = 2;
        Tensor code = Make("code", ElementType.Int, b), x = Make("x", ElementType.Real, b, t, n), next = Make("next", ElementType.Real, b, t, n);
        Tensor decay = Make("decay", ElementType.Real, n), bias = Make("bias", ElementType.Real, 3);
        Tensor before = Make("h", ElementType.Real, b, n), after = Make("h", ElementType.Real, b, n);
        Tensor y = Make("y", ElementType.Real, b, t, n);
        var h = new Tensor("h", ElementType.Real, [new TensorAxis(b), new TensorAxis(t, 1), new TensorAxis(n)]);
        Tensor loss = Make("loss", ElementType.Real), worst = Make("worst", ElementType.Real);

        IndexVar ib = Var("b", b), it = Var("t", t), i = Var("n", n);
        Index[] bn = [Index.Of(ib), Index.Of(i)], btn = [Index.Of(ib), Index.Of(it), Index.Of(i)];
        Equation start = new(h, [ib, i], [Index.Of(ib), Index.Of(-1), Index.Of(i)], null, In(before, bn));
        Equation step = new(h, [ib, it, i], [.. btn], null, Scalars.Add(Scalars.Multiply(In(decay, Index.Of(i)), In(h, Index.Of(ib), Index.Of(it).Plus(-1), Index.Of(i))), In(x, btn)));
        Equation output = new(y, [ib, it, i], [.. btn], null, Scalars.Add(In(h, btn), Gather(bias, In(code, Index.Of(ib)))));
        Equation last = new(after, [ib, i], [.. bn], null, In(h, Index.Of(ib), Index.Of(t).Plus(-1), Index.Of(i)));
        Scalar error = F(ScalarOp.Subtract, In(y, btn), In(next, btn));
        Equation mean = new(loss, [], [], Sum(ib, it, i), Scalars.Multiply(error, error));
        Equation metric = new(worst, [], [], new Reduction(ReduceKind.Max, [ib, it, i], null), F(ScalarOp.Abs, error));

        Port[] inputs = [new(PortKind.Input, "code", code), new(PortKind.Input, "x", x)];
        Port[] parameters = [new(PortKind.Parameter, "decay", decay), new(PortKind.Parameter, "bias", bias)];
        Port[] initial = steppable ? [new(PortKind.InitialState, "h", before)] : [], final = steppable ? [new(PortKind.FinalState, "h", after)] : [];
        Node[] body = steppable
            ? [start, new Recurrence(it, false, RecurrenceKind.Sequence, [step]), output, last]
            : [new Equation(h, [ib, i], start.Left, null, Scalars.Real(0)), new Recurrence(it, false, RecurrenceKind.Sequence, [step]), output];
        var forward = new GraphProgram("Forward", [DimSymbol.Batch, Time], [.. inputs, .. parameters, .. initial], [new(PortKind.Output, "y", y), .. final], [.. body]);
        var evaluate = new GraphProgram(
            "Evaluate", [DimSymbol.Batch, Time], [.. inputs, new(PortKind.Target, "next", next), .. parameters, .. initial],
            [new(PortKind.Output, "y", y), new(PortKind.Loss, "loss", loss), new(PortKind.Metric, "worst", worst), .. final], [.. body, mean, metric]);
        ModelSignature signature = Signature(name) with
        {
            Doc = "Smooths sequences & adds a bias.",
            Constants = [("N", 2)],
            Inputs = [Value("code", ElementType.Int), Value("x", ElementType.Real, t, n)],
            Targets = [Value("next", ElementType.Real, t, n)],
            Outputs = [Value("y", ElementType.Real, t, n)],
            Metrics = ["worst"],
            HasLoss = true,
            Parameters = [Parameter("decay", 2), Parameter("bias", 3)],
            States = steppable ? [Value("h", ElementType.Real, n)] : [],
            StreamDimension = steppable ? Time : null,
            NotSteppable = steppable ? null : ("it reads the end of the sequence", new SourceSpan(File, 8, 9)),
        };
        GraphProgram backward = Clean(ReverseMode.Backward(evaluate)), product = Clean(ReverseMode.VectorJacobian(forward));
        return new ModelGraph(signature, Initialise(), forward, evaluate, backward, product, new CompiledGraph(forward, null, null, evaluate, backward, product));
    }

    private static GraphProgram Initialise()
    {
        Tensor decay = Make("decay", ElementType.Real, 2), bias = Make("bias", ElementType.Real, 3);
        IndexVar i = Var("i", 2), j = Var("j", 3);
        return new GraphProgram(
            "Initialise", [DimSymbol.Batch, Time], [], [new(PortKind.ParameterValue, "decay", decay), new(PortKind.ParameterValue, "bias", bias)],
            [
                new Equation(decay, [i], [Index.Of(i)], null, Scalars.Real(0.5)),
                new Equation(bias, [j], [Index.Of(j)], null, F(ScalarOp.Multiply, Scalars.Real(0.25), new ApplyScalar(ScalarOp.ToReal, [Scalars.Of(Index.Of(j))], ElementType.Real))),
            ]);
    }

    private static Tensor Make(string name, ElementType element, params Dim[] shape) => new(name, element, [.. shape.Select(s => new TensorAxis(s))]);

    private static Scalar In(Tensor tensor, params Index[] indices) => new LoadScalar(tensor, [.. indices], [.. indices.Select(_ => AxisAccess.InRange)]);

    private static GraphProgram Clean(GraphProgram program) => DeadCode.Run(Simplify.Run(program));
}
