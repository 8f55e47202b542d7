namespace SsmDsl.Conformance.Tests.Library;

/// <summary>Initialisers beyond the table.</summary>
public sealed class InitialValueTests
{
    private const string Legs = """
        model M[N: {0}](u: real[T, 1]) -> y: real[T, N] {{
            param L: complex[n: N/2] = hippo_legs_lambda(n, N)
            param P: real[n: N/2] = hippo_legs_p(n, N)
            y[t, n: N/2] = u[t, 0] * re(L[n]) * P[n]
            y[t, N/2 + n] = u[t, 0] * im(L[n])
        }}
        """;

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(128)]
    public void Eigenvalues_of_HiPPO_LegS_are_those_of_the_dense_matrix(int size)
    {
        Dictionary<string, TensorData> drawn = Drawn(string.Format(System.Globalization.CultureInfo.InvariantCulture, Legs, size), 1);
        Assert.All(drawn["L"].Values.Chunk(2), z => Assert.Equal(-0.5, z[0]));
        AssertClose(HippoReference.Frequencies(size), [.. drawn["L"].Values.Chunk(2).Select(z => z[1])]);
        AssertClose(HippoReference.P(size), drawn["P"].Values);
    }

    [Fact]
    public void Step_sizes_of_Mamba_are_at_least_1e_4()
    {
        const string program = "model M(u: real[T, 4]) -> y: real[T, 4] { y = u |> Mamba[E: 4096, N: 1](dtMin: 1e-6, dtMax: 1e-3) as it }";
        double[] steps = [.. Drawn(program, 1)["it.dt_proj.bias"].Values.Select(b => Math.Log(1 + Math.Exp(b)))];
        double[] raised = [.. steps.Where(s => s < 1.0001e-4)];
        Assert.All(raised, s => Assert.Equal(1e-4, s, 1e-10));
        Assert.InRange(raised.Length / 4096.0, 2 / 3.0 - 5 * Math.Sqrt(2 / 9.0 / 4096), 2 / 3.0 + 5 * Math.Sqrt(2 / 9.0 / 4096));
        Assert.InRange(steps.Max(), 0.9e-3, 1e-3);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.Second / pair.First - 1) <= 1e-10, $"{pair.Second:R}, expected {pair.First:R}"));
    }

    private static Dictionary<string, TensorData> Drawn(string program, int seed)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("m.ssm"), program);
        Tool.Require("init", folder.At("m.ssm"), "--model", "M", "--seed", $"{seed}", "--out", folder.At("w.safetensors"));
        return TensorFile.Read(folder.At("w.safetensors"));
    }
}
