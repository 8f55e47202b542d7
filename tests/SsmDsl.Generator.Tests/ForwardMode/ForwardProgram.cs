using System.Collections.Immutable;
using System.Numerics;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Generator.Tests.ForwardMode;

/// <summary>
/// Runs a graph program in dual numbers: the derivative of all outputs in one direction of the inputs. Written anew from what
/// equations mean; it shares no derivative and no evaluation with the compiler.
/// </summary>
internal sealed class ForwardProgram
{
    private readonly Dictionary<Tensor, DualTensor> tensors = [];
    private readonly DualScalars scalars;
    private bool isFinite = true;

    private ForwardProgram(InterpreterInput input) => scalars = new DualScalars(input, Store);

    /// <param name="direction">Of an input port, as its values are laid out: complex ones in pairs.</param>
    /// <returns>Values and tangents of the output ports, laid out so too; and whether all elements on the way were finite.</returns>
    public static (Dictionary<Port, (double[] Values, double[] Tangents)> Outputs, bool IsFinite) Run(GraphProgram program, InterpreterInput input, Func<Port, double[]?> direction)
    {
        var run = new ForwardProgram(input);
        foreach (Port port in program.Inputs)
        {
            Complex[] values = Numbers(port, input.Read(port));
            Complex[] tangents = direction(port) is { } d ? Numbers(port, d) : new Complex[values.Length];
            for (int i = 0; i < values.Length; i++) run.Store(port.Tensor).Elements[i] = new Dual(values[i], tangents[i]);
        }

        run.Nodes(program.Body);
        return (program.Outputs.ToDictionary(p => p, p => (Flat(p, run.Store(p.Tensor), e => e.Value), Flat(p, run.Store(p.Tensor), e => e.Tangent))), run.isFinite);
    }

    private static Complex[] Numbers(Port port, double[] flat) =>
        port.Tensor.Element == ElementType.Complex ? [.. flat.Chunk(2).Select(p => new Complex(p[0], p[1]))] : [.. flat.Select(x => new Complex(x, 0))];

    private static double[] Flat(Port port, DualTensor tensor, Func<Dual, Complex> part) =>
        [.. tensor.Elements.Select(part).SelectMany(z => port.Tensor.Element == ElementType.Complex ? new[] { z.Real, z.Imaginary } : [z.Real])];

    private DualTensor Store(Tensor tensor)
    {
        if (!tensors.TryGetValue(tensor, out DualTensor? store)) tensors[tensor] = store = new DualTensor(tensor, scalars.Size);
        return store;
    }

    private void Nodes(IEnumerable<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            if (node is Equation equation)
            {
                Each([.. equation.Axes.Where(a => !scalars.Indices.ContainsKey(a))], () => Element(equation));
                continue;
            }

            var recurrence = (Recurrence)node;
            long count = scalars.Size(recurrence.Step.Size);
            for (long i = 0; i < count; i++)
            {
                scalars.Indices[recurrence.Step] = recurrence.Reversed ? count - 1 - i : i;
                Nodes(recurrence.Members);
            }

            scalars.Indices.Remove(recurrence.Step);
        }
    }

    private void Element(Equation equation)
    {
        if (equation.Guard is { } guard && !scalars.Of(guard).IsTrue) return;
        DualTensor target = Store(equation.Target);
        long[] place = [.. equation.Left.Select(scalars.At)];
        Dual value = equation.Reduction is { } r ? Reduce(r, equation.Body) : scalars.Of(equation.Body);
        isFinite &= Complex.IsFinite(value.Value) && Complex.IsFinite(value.Tangent);
        if (!equation.Accumulate) target[place] = value;
        else if (target[place] is { } sum) target[place] = sum + value;
    }

    private Dual Reduce(Reduction reduction, Scalar body)
    {
        var kept = new List<(long Position, Dual Value)>();
        long position = 0;
        Each(reduction.Axes, () =>
        {
            if (reduction.Condition is null || scalars.Of(reduction.Condition).IsTrue) kept.Add((position, scalars.Of(body)));
            position++;
        });
        return reduction.Kind switch
        {
            ReduceKind.Sum => kept.Aggregate((Dual)0, (sum, k) => sum + k.Value),
            ReduceKind.Prod => kept.Aggregate((Dual)1, (product, k) => product * k.Value),
            ReduceKind.Max => kept.Count == 0 ? double.NegativeInfinity : kept.MaxBy(k => k.Value.Number).Value,
            ReduceKind.Min => kept.Count == 0 ? double.PositiveInfinity : kept.MinBy(k => k.Value.Number).Value,
            ReduceKind.ArgMax => kept.MaxBy(k => k.Value.Number).Position,
            ReduceKind.ArgMin => kept.MinBy(k => k.Value.Number).Position,
            ReduceKind.LogSumExp => LogSumExp([.. kept.Select(k => k.Value)]),
            _ => throw new NotSupportedException(reduction.Kind.ToString()),
        };
    }

    private static Dual LogSumExp(Dual[] kept)
    {
        if (kept.Length == 0) return double.NegativeInfinity;
        double shift = kept.Max(k => k.Number);
        return shift + Dual.Log(kept.Aggregate((Dual)0, (sum, k) => sum + Dual.Exp(k - shift)));
    }

    private void Each(ImmutableArray<IndexVar> axes, Action body)
    {
        if (axes.IsEmpty)
        {
            body();
            return;
        }

        for (long i = 0; i < scalars.Size(axes[0].Size); i++)
        {
            scalars.Indices[axes[0]] = i;
            Each(axes.RemoveAt(0), body);
        }

        scalars.Indices.Remove(axes[0]);
    }
}
