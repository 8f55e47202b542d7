using CsCheck;
using SsmDsl.Semantics;

namespace SsmDsl.Parser.Tests.Recurrences;

/// <summary>Schedules of random systems of equations over two axes against running them place by place, and against trying all axes.</summary>
public class RandomCyclesTests
{
    private const int Size = 3;

    private static readonly string[] names = ["a", "b", "c"];

    private static readonly Gen<string> position =
        Gen.Frequency((6, Gen.Int[-1, 1].Select(s => $"{s:+0;-0;+0}")), (1, Gen.Const("*")), (1, Gen.Const("{-1,0}")));

    private static readonly Gen<string> read =
        from source in Gen.Int[0, 2]
        from p in position
        from q in position
        from swapped in Gen.Frequency((5, Gen.Const(false)), (1, Gen.Const(true)))
        select $"{names[source]}[{At(swapped ? "j" : "i", p)},{At(swapped ? "i" : "j", q)}]";

    private static readonly Gen<string> system =
        read.Array[0, 2].Array[3].Select(all => string.Join("; ", all.Select((reads, i) => $"{names[i]}[i,j]: {string.Join(" ", reads)}")));

    [Fact]
    public void Every_place_is_computed_before_it_is_read() => system.Sample(text =>
    {
        var (nodes, reads) = Equations.Parse(text);
        Schedule schedule = RecurrenceScheduler.Order(nodes, reads);
        if (!schedule.Errors.IsEmpty) return;
        var done = new HashSet<(object, int, int)>();
        Run(schedule.Items, [], reads, done);
        Assert.Equal(nodes.Count * Size * Size, done.Count);
    }, iter: 5000);

    [Fact]
    public void An_error_is_reported_exactly_if_no_axes_fit() => system.Sample(text =>
    {
        var (nodes, reads) = Equations.Parse(text);
        var free = nodes.ToDictionary(n => n.Key, _ => new List<int> { 0, 1 });
        Assert.Equal(Fits(reads, free), RecurrenceScheduler.Order(nodes, reads).Errors.IsEmpty);
    }, iter: 3000);

    private static string At(string index, string position) => position == "*" ? "*" : index + (position == "+0" ? "" : position);

    private static void Run(IEnumerable<ScheduleItem> items, List<(ScheduledRecurrence Loop, int At)> around, List<DependencyRead> reads, HashSet<(object, int, int)> done)
    {
        foreach (ScheduleItem item in items)
        {
            if (item is ScheduledRecurrence loop)
            {
                foreach (int step in loop.Reversed ? Enumerable.Range(0, Size).Reverse() : Enumerable.Range(0, Size))
                    Run(loop.Members, [.. around, (loop, step)], reads, done);
            }
            else if (item is ScheduledNode { Key: var key })
            {
                bool here(int axis, int position) => around.All(l => l.Loop.Axes[key] != axis || l.At == position);
                var places = (from i in Enumerable.Range(0, Size) from j in Enumerable.Range(0, Size) where here(0, i) && here(1, j) select (i, j)).ToList();
                // all places of a node at once: within a step they may not need each other
                foreach (DependencyRead read in reads.Where(r => r.Reader == key))
                {
                    foreach (var (i, j) in places)
                        Assert.All(Sources(read, [i, j]), p => Assert.Contains((read.Source, p.Item1, p.Item2), done));
                }
                done.UnionWith(places.Select(p => (key, p.i, p.j)));
            }
        }
    }

    private static IEnumerable<(int, int)> Sources(DependencyRead read, int[] own)
    {
        IEnumerable<int> along(int sourceAxis)
        {
            int axis = Enumerable.Range(0, 2).FirstOrDefault(r => read.Shifts[r][sourceAxis].Least is not null, -1);
            if (axis < 0) return Enumerable.Range(0, Size);
            AxisShift shift = read.Shifts[axis][sourceAxis];
            int low = own[axis] + (int)shift.Least!.Evaluate(_ => 0), high = own[axis] + (int)shift.Greatest!.Evaluate(_ => 0);
            return Enumerable.Range(low, high - low + 1).Where(p => p is >= 0 and < Size);
        }
        return from i in along(0) from j in along(1) select (i, j);
    }

    /// <summary>Tries all axes and both directions for every set of nodes that reach each other.</summary>
    private static bool Fits(List<DependencyRead> reads, Dictionary<object, List<int>> free)
    {
        var reach = reads.Select(r => (r.Reader, r.Source)).ToHashSet();
        foreach (object via in free.Keys)
        {
            foreach (object from in free.Keys)
            {
                foreach (object to in free.Keys)
                {
                    if (reach.Contains((from, via)) && reach.Contains((via, to))) reach.Add((from, to));
                }
            }
        }
        foreach (object node in free.Keys.Where(n => reach.Contains((n, n))))
        {
            var cycle = free.Keys.Where(n => reach.Contains((node, n)) && reach.Contains((n, node))).ToList();
            var inside = reads.Where(r => cycle.Contains(r.Reader) && cycle.Contains(r.Source)).ToList();
            bool works(Dictionary<object, int> axes, int direction)
            {
                AxisShift at(DependencyRead r) => r.Shifts[axes[r.Reader]][axes[r.Source]];
                bool back(DependencyRead r, int steps) => at(r).Least is { } least
                    && least.Evaluate(_ => 0) is var l && at(r).Greatest!.Evaluate(_ => 0) is var g
                    && Math.Max(direction * l, direction * g) <= -steps;
                if (!inside.All(r => back(r, 0)) || !inside.Any(r => back(r, 1))) return false;
                return Fits([.. inside.Where(r => !back(r, 1))], cycle.ToDictionary(n => n, n => free[n].Where(a => a != axes[n]).ToList()));
            }
            if (!Choices(cycle, free).Any(axes => works(axes, 1) || works(axes, -1))) return false;
        }
        return true;
    }

    private static IEnumerable<Dictionary<object, int>> Choices(List<object> cycle, Dictionary<object, List<int>> free) => cycle.Count == 0
        ? [[]]
        : from rest in Choices(cycle[1..], free) from axis in free[cycle[0]] select new Dictionary<object, int>(rest) { [cycle[0]] = axis };
}
