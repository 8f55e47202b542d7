using CsCheck;
using SsmDsl.Generator.Tests.Autodiff;
using SsmDsl.Generator.Tests.Cpu;
using SsmDsl.Interpretation;
using SsmDsl.Ir;

namespace SsmDsl.Generator.Tests.ForwardMode;

/// <summary>Derivatives of the compiler against dual numbers: every primitive, and random programs.</summary>
public sealed class ForwardModeTests
{
    private static readonly int Programs = int.TryParse(Environment.GetEnvironmentVariable("SSM_RANDOM_PROGRAMS"), out int count) ? count : 200;

    public static TheoryData<string> Primitives => ReverseModeTests.Names();

    [Theory]
    [MemberData(nameof(Primitives))]
    public void Primitives_have_the_same_derivative_in_both_modes(string name)
    {
        GraphProgram program = ReverseModeTests.Program(name);
        program = program with { Outputs = [.. program.Outputs.Select(o => o with { Kind = PortKind.Output })] };
        for (int seed = 1; seed <= 3; seed++) Assert.Null(Direction.Difference(program, ReverseModeTests.Input(program, seed), seed, 1e-12));
    }

    [Fact]
    public void Random_programs_have_the_same_derivative_in_both_modes() => Gen.Int[0, 1_000_000].Sample(
        seed =>
        {
            (GraphProgram program, InterpreterInput input) = new RandomProgram(seed, smooth: true, largest: 8).Make();
            if (program.Body.Equations().Any(e => e.Accumulate)) return; // only gradients scatter, and they have no gradients
            string? difference = Direction.Difference(program, input, seed, 1e-9);
            Assert.True(difference is null, $"seed {seed}: {difference}\n{GraphPrinter.Print(program)}");
        },
        iter: Programs, threads: 2);

    /// <summary>Programs whose indices once had no solution in closed form: a variable stood inside and outside of a rounding.</summary>
    [Theory]
    [InlineData(481)]
    [InlineData(506)]
    public void Programs_that_once_failed(int seed)
    {
        (GraphProgram program, InterpreterInput input) = new RandomProgram(seed, smooth: true).Make();
        Assert.Null(Direction.Difference(program, input, seed, 1e-9));
    }
}
