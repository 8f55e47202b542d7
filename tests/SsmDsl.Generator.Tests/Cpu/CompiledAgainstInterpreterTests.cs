using System.Collections.Immutable;
using CsCheck;
using SsmDsl.Autodiff;
using SsmDsl.Emit;
using SsmDsl.Interpretation;
using SsmDsl.Ir;

namespace SsmDsl.Generator.Tests.Cpu;

public class CompiledAgainstInterpreterTests
{
    private static readonly int Programs = int.TryParse(Environment.GetEnvironmentVariable("SSM_RANDOM_PROGRAMS"), out int count) ? count : 80;

    /// <summary>No lanes, lanes of one width, and the choice of the machine.</summary>
    private static readonly ImmutableArray<ImmutableArray<int>> Widths = [[], [512], [256], [128], [512, 256, 128]];

    [Theory]
    [InlineData(RealType.Float64, 1e-10)]
    [InlineData(RealType.Float32, 2e-4)]
    public void RandomProgramsGiveTheSameValues(RealType real, double tolerance) =>
        Gen.Int[0, 1_000_000].Sample(seed => Check(seed, real, tolerance), iter: Programs, threads: 2);

    [Fact]
    public void GradientsOfRandomProgramsAreTheSame() => Gen.Int[0, 1_000_000].Sample(CheckGradients, iter: Programs / 2, threads: 2);

    /// <summary>754698: a sum over rows and steps, needed by the adjoint that computes its parts.</summary>
    [Theory]
    [InlineData(754698)]
    public void GradientsThatOnceDifferedAreTheSame(int seed) => CheckGradients(seed);

    /// <summary>119636: a state with an axis around its steps, whose places ran into each other.</summary>
    [Theory]
    [InlineData(119636)]
    public void ValuesThatOnceDifferedAreTheSame(int seed) => Check(seed, RealType.Float32, 2e-4);

    private static void CheckGradients(int seed)
    {
        (GraphProgram program, InterpreterInput input) = new RandomProgram(seed, smooth: true).Make();
        if (program.Body.Equations().Any(e => e.Accumulate)) return; // only gradients scatter, and they have no gradients
        GraphProgram backward = FusedGroupTests.Clean(ReverseMode.VectorJacobian(program));
        Check(seed, backward, input, RealType.Float64, 1e-9);
    }

    private static void Check(int seed, RealType real, double tolerance)
    {
        (GraphProgram program, InterpreterInput input) = new RandomProgram(seed, smooth: real == RealType.Float32).Make();
        Check(seed, program, input, real, tolerance);
    }

    private static void Check(int seed, GraphProgram program, InterpreterInput input, RealType real, double tolerance)
    {
        IReadOnlyDictionary<Port, double[]> expected = Interpreter.Run(program, input);
        ImmutableArray<int> widths = Widths[seed % Widths.Length];
        CompiledProgram compiled = CompiledProgram.Of(program, real, new CpuOptions { Widths = widths });
        IReadOnlyDictionary<Port, double[]> actual = compiled.Run(input), backwards = compiled.Run(input, new SerialPool(backwards: true));
        foreach (Port port in program.Outputs)
        {
            string? difference = Difference(expected[port], actual[port], tolerance);
            Assert.True(difference is null, $"seed {seed}, lanes [{string.Join(", ", widths)}], {port.Name}: {difference}\n{compiled.Source}");
            Assert.Equal(actual[port], backwards[port]);
        }
    }

    private static string? Difference(double[] expected, double[] actual, double tolerance)
    {
        double scale = Math.Max(1, expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance * scale;
            if (!same) return $"at {i}: {actual[i]:R} instead of {expected[i]:R}";
        }

        return null;
    }
}
