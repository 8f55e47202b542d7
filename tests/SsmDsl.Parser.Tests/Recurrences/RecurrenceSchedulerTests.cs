using SsmDsl.Semantics;

namespace SsmDsl.Parser.Tests.Recurrences;

public class RecurrenceSchedulerTests
{
    [Theory]
    [InlineData("no cycle keeps the order", "a[t]: x[t]; b[t]: a[t]; c[t]: x[t]", "a b c")]
    [InlineData("what is needed comes first", "y[t]: h[t]; h[t]: a[t]; a[t]: x[t]; z[t]: x[t]", "a h y z")]
    [InlineData("a linear recurrence", "h[t,n]: h[t-1,n] u[t,n]; y[t]: h[t,*]", "up(h.0-1: h) y")]
    [InlineData("a full matrix", "h[t,n]: h[t-1,*]", "up(h.0-1: h)")]
    [InlineData("along the second axis", "h[n,t]: h[n,t-1]", "up(h.1-1: h)")]
    [InlineData("reversed", "h[t]: h[t+1]", "down(h.0-1: h)")]
    [InlineData("several lags", "h[t]: h[t-1] h[t-3]", "up(h.0-3: h)")]
    [InlineData("lags over a reduction index", "h[t]: h[t{-K,-1}]", "up(h.0-K: h)")]
    [InlineData("coupled states", "c[t,n]: f[t,n] c[t-1,n] g[t,n]; f[t,n]: h[t-1,*]; g[t,n]: h[t-1,*]; h[t,n]: o[t,n] c[t,n]; o[t,n]: x[t]",
        "o up(c.0-1 f.0-0 g.0-0 h.0-1: f g c h)")]
    [InlineData("through a cell", "p[t,n]: h[t-1,n]; call[t]: p[t,*] x[t,*]; h[t,n]: call[t]", "up(call.0-0 h.0-1 p.0-0: p call h)")]
    [InlineData("axes in another order", "a[t,n]: b[n,t-1]; b[n,t]: a[t,n]", "up(a.0-0 b.1-1: a b)")]
    [InlineData("two axes", "h[i,j]: h[i-1,j] h[i,j-1]", "up(h.0-1: up(h.1-1: h))")]
    [InlineData("two axes, one is enough", "h[i,j]: h[i-1,j] h[i-1,j-1] h[i,j-1]; g[i,j]: g[i-1,j+1] g[i-2,j-1]", "up(h.0-1: up(h.1-1: h)) up(g.0-2: g)")]
    [InlineData("the axis that suffices goes first", "h[n,t]: h[n,t-1] h[n-1,t-1]", "up(h.1-1: h)")]
    [InlineData("a recurrence inside of one", "s[t,n]: s[t,n-1] y[t-1,*]; y[t,n]: s[t,n]", "up(s.0-0 y.0-1: up(s.1-1: s) y)")]
    [InlineData("up and down inside", "h[t,n]: h[t-1,n+1] h[t,n-1]; g[t,n]: g[t-1,*] g[t,n+1]", "up(h.0-1: up(h.1-1: h)) up(g.0-1: down(g.1-1: g))")]
    [InlineData("the same step", "h[t]: h[t]", "h !SameStep(h<-h[t])")]
    [InlineData("the same step besides a lag", "h[t,n]: h[t-1,n] h[t,n]", "h !SameStep(h<-h[t,n])")]
    [InlineData("the same step at all other places", "h[t,n]: h[t-1,n] h[t,*]", "h !SameStep(h<-h[t,*])")]
    [InlineData("the same step in a circle", "a[t]: x[t] c[t-1] b[t]; b[t]: a[t]; c[t]: b[t]", "a b c !SameStep(a<-b[t])")]
    [InlineData("both directions", "h[t]: h[t-1] h[t+1]", "h !BothDirections(h<-h[t+1], h<-h[t-1])")]
    [InlineData("both directions in a circle", "a[t,n]: b[t+1,n]; b[t,n]: a[t-1,n]", "a b !BothDirections(b<-a[t-1,n], a<-b[t+1,n])")]
    [InlineData("a fixed position", "h[t]: h[t-1] h[*]", "h !NoLag(h<-h[*])")]
    [InlineData("through a total", "h[t]: h[t-1] m[]; m[]: h[*]", "h m !NoLag(m<-h[*])")]
    [InlineData("scalars", "a[]: b[]; b[]: a[]", "a b !SameStep(a<-b[])")]
    [InlineData("a lag that may be 0", "h[t]: h[t{-3,0}]", "h !SameStep(h<-h[t{-3,0}])")]
    [InlineData("a lag that may be 0 outside of the circle", "a[t]: b[t{-3,0}]; b[t]: a[t-1]", "up(a.0-1 b.0-3: b a)")]
    [InlineData("a lag that depends on sizes", "h[t]: h[t{-K,D-2}]", "h !SameStep(h<-h[t{-K,D-2}])?")]
    [InlineData("one error for each cycle, the rest goes on", "a[t]: a[t]; b[t]: b[t-1] a[t]; c[t]: c[t-1] c[t+1]",
        "a up(b.0-1: b) c !SameStep(a<-a[t]) !BothDirections(c<-c[t+1], c<-c[t-1])")]
    public void Cycles_are_recurrences_or_errors(string title, string equations, string expected)
    {
        var (nodes, reads) = Equations.Parse(equations);
        Assert.Equal((title, expected), (title, Equations.Show(RecurrenceScheduler.Order(nodes, reads))));
    }

    [Fact]
    public void Long_chains_need_no_deep_stack()
    {
        const int length = 20_000;
        var nodes = Enumerable.Range(0, length).Select(i => new DependencyNode(i, 1)).ToList();
        var reads = Enumerable.Range(0, length - 1).Select(i => new DependencyRead(i, i + 1, [[AxisShift.Same]], i)).ToList();
        Assert.Equal(length - 1, Assert.IsType<ScheduledNode>(RecurrenceScheduler.Order(nodes, reads).Items[0]).Key);
    }

    [Fact]
    public void Shifts_are_measured_between_positions()
    {
        Dim t = Dim.Of(new DimSymbol("T")), k = Dim.Of(new DimSymbol("K"));
        AffineVariable time = new("t", t), other = new("s", t), tap = new("k", k);
        AffineForm own = AffineForm.Of(time);
        AxisShift shift(AffineForm? read, Guards? guards = null) => AxisShift.Between(read, own, guards ?? Guards.None, [time], r => !r.Equals(t));
        Assert.Equal(AxisShift.Constant(-2), shift(own - 2));
        Assert.Equal(new AxisShift(-k, -1), shift(own - 1 - AffineForm.Of(tap)));
        Assert.Equal(new AxisShift(-k + 1, -1), shift(own - AffineForm.Of(tap), new Guards([[AffineForm.Of(tap) - 1]])));
        Assert.Equal(AxisShift.Any, shift(AffineForm.Of(other), new Guards([[own - 1 - AffineForm.Of(other)]])));
        Assert.Equal(AxisShift.Any, shift(0));
        Assert.Equal(AxisShift.Any, shift(own * 2));
        Assert.Equal(AxisShift.Any, shift(null));
    }
}
