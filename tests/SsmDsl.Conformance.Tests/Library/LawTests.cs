namespace SsmDsl.Conformance.Tests.Library;

/// <summary>The tests of initialisers see what is slightly wrong.</summary>
public sealed class LawTests
{
    private const int Count = 4096;

    [Fact]
    public void Right_draws_pass()
    {
        Assert.Empty(Law.Uniform(-2, 3).Problems(Uniform(-2, 3)));
        Assert.Empty(Law.Normal(0.5).Problems(Normal(0.5)));
    }

    [Fact]
    public void Wrong_draws_do_not()
    {
        Assert.NotEmpty(Law.Uniform(-2, 3).Problems(Uniform(-2, 3.1)));
        Assert.NotEmpty(Law.Uniform(-2, 3).Problems(Uniform(-1.7, 3)));
        Assert.NotEmpty(Law.Uniform(0, 1).Problems([.. Uniform(0, 1).Select(x => x * x)]));
        Assert.NotEmpty(Law.Uniform(-1, 1).Problems(Normal(1 / Math.Sqrt(3))));
        Assert.NotEmpty(Law.Normal(0.5).Problems(Normal(0.55)));
        Assert.NotEmpty(Law.Normal(1).Problems(Uniform(-Math.Sqrt(3), Math.Sqrt(3))));
        Assert.NotEmpty(Law.Uniform(0, 1).Problems([.. Uniform(0, 1).Order()]));
        Assert.NotEmpty(Law.Uniform(0, 1).Problems([.. Uniform(0, 1).Skip(1), double.NaN]));
    }

    private static double[] Uniform(double low, double high)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Count).Select(_ => low + (high - low) * random.NextDouble())];
    }

    private static double[] Normal(double deviation)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, Count).Select(_ => deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }
}
