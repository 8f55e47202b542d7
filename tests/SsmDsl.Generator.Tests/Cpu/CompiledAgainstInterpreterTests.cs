using CsCheck;
using SsmDsl.Emit;
using SsmDsl.Interpretation;
using SsmDsl.Ir;

namespace SsmDsl.Generator.Tests.Cpu;

public class CompiledAgainstInterpreterTests
{
    private const int Programs = 80;

    [Theory]
    [InlineData(RealType.Float64, 1e-10)]
    [InlineData(RealType.Float32, 2e-4)]
    public void RandomProgramsGiveTheSameValues(RealType real, double tolerance) =>
        Gen.Int[0, 1_000_000].Sample(seed => Check(seed, real, tolerance), iter: Programs, threads: 2);

    private static void Check(int seed, RealType real, double tolerance)
    {
        (GraphProgram program, InterpreterInput input) = new RandomProgram(seed, smooth: real == RealType.Float32).Make();
        IReadOnlyDictionary<Port, double[]> expected = Interpreter.Run(program, input);
        CompiledProgram compiled = CompiledProgram.Of(program, real);
        IReadOnlyDictionary<Port, double[]> actual = compiled.Run(input), backwards = compiled.Run(input, new SerialPool(backwards: true));
        foreach (Port port in program.Outputs)
        {
            string? difference = Difference(expected[port], actual[port], tolerance);
            Assert.True(difference is null, $"seed {seed}, {port.Name}: {difference}\n{compiled.Source}");
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
