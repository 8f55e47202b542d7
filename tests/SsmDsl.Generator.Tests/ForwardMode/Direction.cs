using SsmDsl.Autodiff;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Generator.Tests.ForwardMode;

/// <summary>Reverse mode against forward mode: seed·(J·direction) is (Jᵀ·seed)·direction, whatever the seed and the direction.</summary>
internal static class Direction
{
    /// <summary>
    /// Null if they agree, and so do the values; else what differs. Nothing is said of a program in which something is infinite,
    /// such as the largest of nothing: 0 times infinity is no number, and the modes multiply in different orders.
    /// </summary>
    public static string? Difference(GraphProgram program, InterpreterInput input, int seed, double tolerance)
    {
        var random = new Random(seed);
        GraphProgram reverse = ReverseMode.VectorJacobian(program);
        IReadOnlyList<string> violations = Verifier.Check(reverse);
        if (violations.Count > 0) return string.Join('\n', violations);
        var seeds = new Dictionary<string, double[]>();
        IReadOnlyDictionary<Port, double[]> backward = Interpreter.Run(reverse, input with
        {
            Read = port => port.Kind is not (PortKind.OutputSeed or PortKind.FinalStateSeed) ? input.Read(port) : seeds[port.Name] = Random(random, Count(port, input)),
        });
        Dictionary<string, double[]> directions = program.Inputs.Where(p => p.Tensor.Element is ElementType.Real or ElementType.Complex)
            .ToDictionary(p => p.Name, p => Random(random, Count(p, input)));
        (var forward, bool isFinite) = ForwardProgram.Run(program, input, port => directions.GetValueOrDefault(port.Name));
        if (!isFinite) return null;
        double along = 0, scale = 0;
        foreach (Port port in program.Outputs)
        {
            for (int i = 0; i < backward[port].Length; i++)
            {
                (double value, double other) = (backward[port][i], forward[port].Values[i]);
                if (!value.Equals(other) && !(Math.Abs(value - other) <= tolerance * (1 + Math.Abs(value)))) return $"{port.Name}[{i}] is {value:R} and in dual numbers {other:R}";
            }

            if (seeds.TryGetValue(port.Name, out double[]? weights)) Add(weights, forward[port].Tangents, 1);
        }

        foreach (Port port in reverse.Outputs.Where(p => p.Kind is PortKind.InputGradient or PortKind.ParameterGradient or PortKind.InitialStateGradient))
            Add(directions[port.Name], backward[port], -1);
        return Math.Abs(along) <= tolerance * (1 + scale) ? null : $"forward and reverse mode differ by {along:R} in {scale:R}";

        void Add(double[] a, double[] b, int sign)
        {
            for (int i = 0; i < a.Length; i++)
            {
                along += sign * a[i] * b[i];
                scale += Math.Abs(a[i] * b[i]);
            }
        }
    }

    private static double[] Random(Random random, long count) => [.. Enumerable.Range(0, (int)count).Select(_ => 2 * random.NextDouble() - 1)];

    private static long Count(Port port, InterpreterInput input) =>
        port.Tensor.Axes.Aggregate(port.Tensor.Element == ElementType.Complex ? 2L : 1L, (n, a) => n * a.Size.Evaluate(s => input.Sizes[s]));
}
