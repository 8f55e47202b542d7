using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>Lowers a node outside of loops over copies to one kernel.</summary>
internal static class KernelLowering
{
    // An item should be worth handing to another thread: this many scalar operations or so.
    private const long OperationsPerItem = 1 << 15;

    // What a size that is known at run time only is taken for.
    private const long AssumedSize = 128;

    // Iterations of a loop that a warp runs in its lanes: of a group, and of an equation, whose elements have a thread each otherwise.
    private const long LeastLanes = 16, LeastTerms = 512;

    /// <param name="layouts">Of tensors that lie in memory of the kernel's own.</param>
    public static Kernel Lower(Node node, string name, CheckTable checks, IReadOnlyDictionary<Tensor, LocalLayout> layouts, LoweringTarget target)
    {
        ImmutableArray<IndexVar> rows = node switch
        {
            Equation equation => RowAxes(equation, target),
            Group group => group.Rows,
            _ => throw new NotSupportedException(node.GetType().Name),
        };
        var builder = new KernelBuilder([.. NodeParts.Equations(node).Select(e => e.Target)], checks, [], layouts);
        RowsStatement? items = null;
        if (rows.IsEmpty) builder.Lower(node);
        else items = builder.Rows(rows, target.ManyThreads ? 1 : Math.Max(1, OperationsPerItem / Work(node, rows)), () => builder.Lower(node));
        var kernel = new Kernel(name, builder.Tensors, builder.Copies, builder.Checks, builder.Locals, items, builder.Statements);
        return target.ManyThreads ? RegisterArrays.Run(WarpSchedule.Run(kernel, node is Group ? LeastLanes : LeastTerms)) : LaneSchedule.Of(SharedLoads.Run(SideBySide.Run(kernel, target)));
    }

    /// <summary>All axes of a map are parallel; the last stays a loop within a row, unless each element is a row of its own.</summary>
    private static ImmutableArray<IndexVar> RowAxes(Equation equation, LoweringTarget target)
    {
        if (equation.Accumulate) return [.. equation.Axes.Where(a => equation.Left.Any(l => l.AsVariable() == a))];
        return target.ManyThreads || equation.Axes.Length < 2 ? equation.Axes : equation.Axes.RemoveAt(equation.Axes.Length - 1);
    }

    /// <summary>Operations per row, roughly.</summary>
    private static long Work(Node node, IReadOnlyCollection<IndexVar> outside) => node switch
    {
        Equation e => Sizes(e.Axes.Concat(e.Reduction?.Axes ?? []).Where(a => !outside.Contains(a)), 4),
        Recurrence r => Math.Min(OperationsPerItem, r.Members.Sum(m => Work(m, outside))),
        Group g => Math.Min(OperationsPerItem, g.Body.Sum(m => Work(m, outside))),
        _ => 1,
    };

    private static long Sizes(IEnumerable<IndexVar> axes, long start) =>
        axes.Aggregate(start, (n, a) => Math.Min(OperationsPerItem, n * (a.Size.TryGetConstant(out long size) ? Math.Max(1, size) : AssumedSize)));
}
