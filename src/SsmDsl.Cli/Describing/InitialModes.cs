using SsmDsl.Analysis;
using SsmDsl.Cli.Tensors;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Cli.Describing;

/// <summary>
/// The coefficients of linear recurrences with a diagonal, as they are at initialisation: the program, cut down to them, is
/// interpreted. Where they depend on inputs, these are drawn from a normal distribution (ints are 0).
/// </summary>
internal static class InitialModes
{
    /// <summary>Beyond so many operations it would take too long.</summary>
    private const double Limit = 3e7;
    private const int Positions = 32;

    public static ModeBounds? Of(GraphProgram forward, RecurrenceForm form, IReadOnlyDictionary<string, HostTensor> parameters)
    {
        if (form.Coefficient is not { } coefficient) return null;
        Equation update = form.Equation;
        var target = new Tensor("coefficient", update.Target.Element, [.. update.Axes.Select(a => new TensorAxis(a.Size))]);
        var equation = new Equation(target, update.Axes, [.. update.Axes.Select(Index.Of)], null, coefficient);
        GraphProgram program = DeadCode.Run(forward with
        {
            Outputs = [new Port(PortKind.Output, "coefficient", target)],
            Body = forward.Body.Add(equation),
        });
        long SizeOf(DimSymbol symbol) => symbol.Equals(DimSymbol.Batch) ? 1 : form.IsSelective ? Positions : 1;
        ProgramCost cost = ProgramCost.Of(program, SizeOf);
        if (cost.Flops + 10 * cost.Functions > Limit) return null;
        double[] values = Interpreter.Run(program, Input(program, parameters, SizeOf)).Values.Single();
        return Bounds(values, update, form, SizeOf);
    }

    private static InterpreterInput Input(GraphProgram program, IReadOnlyDictionary<string, HostTensor> parameters, Func<DimSymbol, long> sizes)
    {
        var random = new Random(1);
        return new InterpreterInput
        {
            Sizes = program.Dynamic.Append(DimSymbol.Batch).Distinct().ToDictionary(d => d, sizes),
            Read = port => port.Kind switch
            {
                PortKind.Parameter => parameters[port.Name].Values,
                PortKind.Input when port.Tensor.Element is ElementType.Real or ElementType.Complex => [.. Zeros(port.Tensor).Select(_ => Normal(random))],
                _ => Zeros(port.Tensor),
            },
        };
        double[] Zeros(Tensor tensor) => new double[checked((int)(Sizes.Bytes(tensor, 8, sizes) / tensor.Element switch { ElementType.Bool => 1, ElementType.Int => 4, _ => 8 }))];
    }

    private static ModeBounds Bounds(double[] values, Equation update, RecurrenceForm form, Func<DimSymbol, long> sizes)
    {
        double[] magnitudes = form.IsComplex ? [.. values.Chunk(2).Select(z => double.Hypot(z[0], z[1]))] : [.. values.Select(Math.Abs)];

        // A mode is what stays when the position changes; it decays by the geometric mean of its coefficients.
        int[] extents = [.. update.Axes.Select(a => checked((int)a.Size.Evaluate(sizes)))];
        int step = update.Axes.IndexOf(form.Recurrence.Step);
        int inner = extents.Skip(step + 1).Aggregate(1, (a, b) => a * b);
        double slowest = magnitudes
            .Select((magnitude, i) => (Mode: (i / (inner * extents[step]), i % inner), Log: Math.Log(magnitude)))
            .GroupBy(m => m.Mode, m => m.Log)
            .Max(mode => mode.Average());
        return new ModeBounds(
            magnitudes.Min(), magnitudes.Max(), slowest < 0 ? -1 / slowest : double.PositiveInfinity, form.IsSelective ? "for inputs drawn from a normal distribution" : null);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
