using SsmDsl.Cli.Benchmarking;

namespace SsmDsl.Cli.Tests.Benchmarking;

/// <summary>What times and rates are made of.</summary>
public class MeasuringTests
{
    [Fact]
    public void Rates_lie_between_those_that_were_measured()
    {
        var machine = new MachineRates(1e9, [new(1 << 20, 100, 50), new(4 << 20, 60, 30), new(16 << 20, 20, 10)]);
        Assert.Equal((100, 50), machine.At(10));
        Assert.Equal((20, 10), machine.At(1e12));
        (double read, double copy) = machine.At(2 << 20);
        Assert.Equal(80, read, 1e-9);
        Assert.Equal(40, copy, 1e-9);
    }

    [Fact]
    public void A_time_is_the_median_of_the_faster_half()
    {
        // The first calls are the warm-up: at least two of each.
        int calls = 0;
        double[] times = Interleaved.Times(
            [n => n * (++calls % 2 == 0 ? 10.0 : 2.0), n => n * 5.0], TimeSpan.Zero, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal([2.0, 5.0], times);
    }

    [Fact]
    public void Contenders_take_turns_and_can_be_stopped()
    {
        var order = new List<char>();
        Func<int, double> Contender(char name) => n =>
        {
            order.Add(name);
            return n;
        };
        _ = Interleaved.Times([Contender('a'), Contender('b')], TimeSpan.Zero, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal("ab", string.Concat(order.TakeLast(2)));
        Assert.Equal("aabb", string.Concat(order.Take(4)));
        Assert.Throws<OperationCanceledException>(() => Interleaved.Times([Contender('a')], TimeSpan.Zero, TimeSpan.Zero, new CancellationToken(true)));
    }
}
