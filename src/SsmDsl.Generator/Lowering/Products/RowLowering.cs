using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>Lowers a group of equations that share rows to one kernel, whose items are blocks of rows.</summary>
internal static class RowLowering
{
    private const long Rows = ProductLowering.ManyRows;

    /// <param name="outer">Steps of the loops over copies around.</param>
    /// <param name="isPrivate">Whether only this group sees a tensor, and fills it.</param>
    public static Kernel Lower(RowGroup group, ImmutableArray<IndexVar> outer, string name, CheckTable checks, Func<Tensor, bool> isPrivate)
    {
        Kernel[] parts = [.. Parts(group, outer, name, checks)];
        ILookup<Tensor, Variable> pointers = parts.SelectMany(p => p.Tensors).ToLookup(t => t.Tensor, t => t.Pointer);
        Equation first = group.Equations[0];
        var rows = new RowCount(Rows, first.Axes.Take(RowGroups.RowsOf(first, outer)).Aggregate((Dim)1, (n, a) => n * a.Size));
        var locals = new List<(Tensor Tensor, LocalArray Array)>();
        foreach (Equation equation in group.Equations.GroupBy(e => e.Target).Select(w => w.First()).Where(e => isPrivate(e.Target) && !OutlivesCopy(group.Equations, e.Target)))
        {
            long? elements = RowElements(equation.Target, RowGroups.RowsOf(equation, outer)) * Rows;
            if (elements is { } count && count <= LoweringTarget.Cpu.LargestLocal && count + locals.Sum(l => l.Array.Elements) <= LoweringTarget.Cpu.LargestLocals)
                locals.Add((equation.Target, new LocalArray(pointers[equation.Target].First(), count, count) { Rows = rows }));
        }

        // Each part has a pointer of its own to what is one array.
        IEnumerable<Statement> same = locals.SelectMany(l =>
            pointers[l.Tensor].Skip(1).Select(p => new LetPointerStatement(p, l.Array.Pointer, Place.Zero)));
        return new Kernel(
            name,
            [.. parts.SelectMany(p => p.Tensors).Where(t => !locals.Any(l => l.Tensor == t.Tensor))],
            [.. parts.SelectMany(p => p.Copies)],
            [.. parts.SelectMany(p => p.Checks).Distinct()],
            [.. locals.Select(l => l.Array)],
            parts[0].Items,
            [.. same, .. parts.SelectMany(p => p.Body)]);
    }

    /// <summary>Products, and what stands between them row by row.</summary>
    private static IEnumerable<Kernel> Parts(RowGroup group, ImmutableArray<IndexVar> outer, string name, CheckTable checks)
    {
        var block = new List<Equation>();
        foreach (Equation equation in group.Equations)
        {
            if (ProductLowering.Lower(equation, name, LoweringTarget.Cpu) is not { } product)
            {
                block.Add(equation);
                continue;
            }

            if (block.Count > 0) yield return LowerBlock(block, outer, name, checks);
            block.Clear();
            yield return product;
        }

        if (block.Count > 0) yield return LowerBlock(block, outer, name, checks);
    }

    private static Kernel LowerBlock(IReadOnlyList<Equation> equations, ImmutableArray<IndexVar> outer, string name, CheckTable checks)
    {
        var builder = new KernelBuilder([.. equations.Select(e => e.Target).Distinct()], checks, [], ImmutableDictionary<Tensor, LocalLayout>.Empty);
        ImmutableArray<IndexVar> rows = RowsOf(equations[0]);
        RowsStatement items = builder.Rows(rows, Rows, () =>
        {
            foreach (Equation equation in equations)
                builder.Lower(equation.Rename(RowsOf(equation).Zip(rows, (own, first) => (own, first)).Where(p => p.own != p.first).ToDictionary(p => p.own, p => p.first)));
        });
        return LaneSchedule.Of(SharedLoads.Run(new Kernel(name, builder.Tensors, builder.Copies, builder.Checks, builder.Locals, items, builder.Statements)));

        ImmutableArray<IndexVar> RowsOf(Equation equation) => [.. equation.Axes.Take(RowGroups.RowsOf(equation, outer))];
    }

    /// <summary>An index of a loop over copies is in its places: what one copy writes, a later one may read.</summary>
    public static bool OutlivesCopy(IEnumerable<Equation> equations, Tensor tensor) => equations.Any(e =>
    {
        HashSet<IndexVar> own = [.. e.Axes, .. e.Reduction?.Axes ?? []];
        IEnumerable<Ir.Index> places = NodeParts.Loads(e).Where(l => l.Tensor == tensor).SelectMany(l => l.Indices);
        return places.Concat(e.Target == tensor ? e.Left : []).SelectMany(i => i.Variables()).Any(v => !own.Contains(v));
    });

    /// <summary>Elements within a row; null if that is known at run time only.</summary>
    private static long? RowElements(Tensor tensor, int rows)
    {
        long elements = 1;
        foreach (TensorAxis axis in tensor.Axes.Skip(rows))
        {
            if (!axis.Extent.TryGetConstant(out long extent)) return null;
            elements *= extent;
        }

        return elements;
    }
}
