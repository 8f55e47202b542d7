using System.Numerics;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Interpretation;

/// <summary>
/// The definition of what a graph program means: every equation is evaluated as it is written, one element at a time, in
/// double precision. Slow, and the oracle of all tests.
/// </summary>
public sealed class Interpreter
{
    private readonly Dictionary<Tensor, TensorStore> stores = [];
    private readonly ScalarCompiler compiler;
    private readonly InterpreterInput input;
    private readonly long[] environment = new long[ScalarCompiler.MaxSlots];

    private Interpreter(InterpreterInput input)
    {
        this.input = input;
        compiler = new ScalarCompiler(input, StoreOf, Evaluate);
    }

    /// <summary>Runs a program and returns the values of its output ports, row-major, complex ones interleaved.</summary>
    /// <exception cref="GraphFaultException">A run-time check failed.</exception>
    public static IReadOnlyDictionary<Port, double[]> Run(GraphProgram program, InterpreterInput input)
    {
        var run = new Interpreter(input);
        foreach (Port port in program.Inputs) run.Fill(port);
        foreach (Action step in run.Plan(program.Body, [])) step();
        return program.Outputs.ToDictionary(p => p, p => run.Values(p.Tensor));
    }

    private long Evaluate(Dim dim) => dim.Evaluate(s => input.Sizes[s]);

    private TensorStore StoreOf(Tensor tensor)
    {
        if (!stores.TryGetValue(tensor, out TensorStore? store)) stores[tensor] = store = new TensorStore(tensor, Evaluate);
        return store;
    }

    private void Fill(Port port)
    {
        double[] values = input.Read(port);
        TensorStore store = StoreOf(port.Tensor);
        int width = store.Im is null ? 1 : 2;
        if (values.Length != store.Re.Length * width) throw new ArgumentException($"{port.Name} has {values.Length} values, expected {store.Re.Length * width}");
        for (int i = 0; i < store.Re.Length; i++) store.Set(i, new Complex(values[i * width], width == 2 ? values[i * width + 1] : 0));
    }

    private double[] Values(Tensor tensor)
    {
        TensorStore store = StoreOf(tensor);
        return store.Im is null ? store.Re : [.. store.Re.Zip(store.Im, (re, im) => new[] { re, im }).SelectMany(pair => pair)];
    }

    private List<Action> Plan(IEnumerable<Node> nodes, HashSet<IndexVar> bound) => [.. nodes.Select(n => Plan(n, bound))];

    private Action Plan(Node node, HashSet<IndexVar> bound)
    {
        if (node is not Recurrence recurrence) return Plan((Equation)node, bound);
        long count = Evaluate(recurrence.Step.Size);
        int slot = compiler.Slot(recurrence.Step);
        List<Action> members = Plan(recurrence.Members, [.. bound, recurrence.Step]);
        return () =>
        {
            for (long i = 0; i < count; i++)
            {
                long step = recurrence.Reversed ? count - 1 - i : i;
                foreach (Action member in members)
                {
                    environment[slot] = step;
                    member();
                }
            }
        };
    }

    private Action Plan(Equation equation, HashSet<IndexVar> bound)
    {
        TensorStore target = StoreOf(equation.Target);
        Func<long[], long>[] left = [.. equation.Left.Select(compiler.Position)];
        Func<long[], Complex> body = compiler.Compile(equation.Body);
        Func<long[], Complex>? guard = equation.Guard is null ? null : compiler.Compile(equation.Guard);
        Action<Action> loops = Loops([.. equation.Axes.Where(a => !bound.Contains(a))]);
        Func<Complex> value = equation.Reduction is { } reduction ? Reduce(equation, reduction, body) : () => body(environment);
        return () => loops(() =>
        {
            if (guard is not null && guard(environment).Real == 0) return;
            long place = target.Place(left, environment);
            if (!equation.Accumulate) target.Set(place, value());
            else if (place >= 0) target.Set(place, target[place] + value());
        });
    }

    private Action<Action> Loops(IndexVar[] axes)
    {
        int[] slots = [.. axes.Select(compiler.Slot)];
        long[] sizes = [.. axes.Select(a => Evaluate(a.Size))];
        return body =>
        {
            void Level(int level)
            {
                if (level == slots.Length)
                {
                    body();
                    return;
                }

                for (long i = 0; i < sizes[level]; i++)
                {
                    environment[slots[level]] = i;
                    Level(level + 1);
                }
            }

            Level(0);
        };
    }

    private Func<Complex> Reduce(Equation equation, Reduction reduction, Func<long[], Complex> body)
    {
        Action<Action> loops = Loops([.. reduction.Axes]);
        Func<long[], Complex>? condition = reduction.Condition is null ? null : compiler.Compile(reduction.Condition);
        return () =>
        {
            var fold = new ReductionFold(reduction.Kind);
            long position = -1;
            loops(() =>
            {
                position++;
                if (condition is null || condition(environment).Real != 0) fold.Take(position, body(environment));
            });
            return fold.Value ?? throw new GraphFaultException(equation.Target.Name, equation.Target.Name, 0, 0,
                $"{equation.Target.Name}: {reduction.Kind} of nothing: the condition keeps no element");
        };
    }
}
