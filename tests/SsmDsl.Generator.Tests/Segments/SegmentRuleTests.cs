using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Generator.Tests.Segments;

/// <summary>Into how many segments a sequence is cut.</summary>
public class SegmentRuleTests
{
    [Theory]
    [InlineData(64, 16384, 256, 64)]
    [InlineData(64, 65536, 256, 256)]
    [InlineData(1536, 16384, 40, 410)]
    [InlineData(1, 1000, 12, 84)]
    [InlineData(1, 256, 4, 64)]
    [InlineData(1, 255, 1, 255)]
    [InlineData(16384, 65536, 4, 16384)]
    [InlineData(16385, 65536, 1, 65536)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(0, 1000, 12, 84)]
    public void There_are_as_many_as_fill_the_device_and_no_short_ones(long rows, long steps, long count, long length)
    {
        (Dim l, Dim c) = Of(SegmentRule.Default, rows, steps, unit: 1);
        Assert.Equal((count, length), (Value(c), Value(l)));
    }

    [Fact]
    public void Each_has_steps_and_together_they_have_all()
    {
        var rule = new SegmentRule(Threads: 100, Shortest: 3, Most: 20, Fewest: 2);
        for (long steps = 1; steps < 300; steps++)
        {
            foreach (long unit in (long[])[1, 4, 16])
            {
                (Dim length, Dim count) = Of(rule, 3, steps, unit);
                long each = Value(length) * unit;
                Assert.True((Value(count) - 1) * each < steps && steps <= Value(count) * each, $"{steps} steps in {Value(count)} segments of {each}");
            }
        }
    }

    private static (Dim Length, Dim Count) Of(SegmentRule rule, long rows, long steps, long unit)
    {
        Dim length = SegmentRule.Length(rule.Wanted(rows, steps), steps, unit);
        return (length, SegmentRule.Count(length, steps, unit));
    }

    private static long Value(Dim size) => size.TryGetConstant(out long value) ? value : throw new InvalidOperationException($"{size} is no number");
}
