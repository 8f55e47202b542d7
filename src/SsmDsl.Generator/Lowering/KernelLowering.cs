using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>Lowers a node outside of loops over copies to one kernel.</summary>
internal static class KernelLowering
{
    // An item should be worth handing to another thread: this many scalar operations or so.
    private const long OperationsPerItem = 1 << 15;

    // What a size that is known at run time only is taken for.
    private const long AssumedSize = 128;

    public static Kernel Lower(Node node, string name, CheckTable checks)
    {
        Equation[] equations = [.. NodeParts.Equations(node)];
        ImmutableArray<ImmutableArray<IndexVar>> rows = node is Equation single
            ? [.. RowAxes(single).Select(a => ImmutableArray.Create(a))]
            : [.. ParallelAxes.Of(node).Axes.Where(a => !a[0].Size.IsConstant)];
        var merged = new Dictionary<IndexVar, IndexVar>();
        foreach (ImmutableArray<IndexVar> axis in rows)
            foreach (IndexVar other in axis.Skip(1)) merged[other] = axis[0];

        var builder = new KernelBuilder([.. equations.Select(e => e.Target)], checks, merged);
        RowsStatement? items = null;
        if (rows.IsEmpty)
        {
            builder.Lower(node);
        }
        else
        {
            ImmutableArray<IndexVar> axes = [.. rows.Select(r => r[0])];
            long grain = Math.Max(1, OperationsPerItem / Work(node, [.. rows.SelectMany(r => r)]));
            items = builder.Rows(axes, grain, () => builder.Lower(node));
        }

        return LaneSchedule.Of(new Kernel(name, builder.Tensors, builder.Copies, items, builder.Statements));
    }

    /// <summary>All axes of a map are parallel; the last stays a loop within a row.</summary>
    private static ImmutableArray<IndexVar> RowAxes(Equation equation)
    {
        if (equation.Accumulate) return [.. equation.Axes.Where(a => equation.Left.Any(l => l.AsVariable() == a))];
        return equation.Axes.Length < 2 ? equation.Axes : equation.Axes.RemoveAt(equation.Axes.Length - 1);
    }

    /// <summary>Operations per row, roughly.</summary>
    private static long Work(Node node, IReadOnlyCollection<IndexVar> outside) => node switch
    {
        Equation e => Sizes(e.Axes.Concat(e.Reduction?.Axes ?? []).Where(a => !outside.Contains(a)), 4),
        Recurrence r => Math.Min(OperationsPerItem, r.Members.Sum(m => Work(m, outside))),
        _ => 1,
    };

    private static long Sizes(IEnumerable<IndexVar> axes, long start) =>
        axes.Aggregate(start, (n, a) => Math.Min(OperationsPerItem, n * (a.Size.TryGetConstant(out long size) ? Math.Max(1, size) : AssumedSize)));
}
