using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Where the rows and the step of a group lie on the axes of the tensors that it writes.</summary>
internal static class GroupShapes
{
    /// <summary>The group with the shapes of what these equations write.</summary>
    /// <param name="outer">Steps of the recurrences around.</param>
    public static Group Add(Group group, IEnumerable<Equation> equations, IReadOnlyCollection<IndexVar> outer)
    {
        ImmutableDictionary<Tensor, ImmutableArray<Index?>>.Builder shapes = group.Shapes.ToBuilder();
        foreach (IGrouping<Tensor, Equation> target in equations.GroupBy(e => e.Target))
        {
            if (shapes.ContainsKey(target.Key)) continue;
            ImmutableArray<Index?>[] all = [.. target.Select(e => Of(group, e, outer))];
            if (all.All(s => IsComplete(group, s) && IsSame(s, all[0]))) shapes[target.Key] = all[0];
        }

        return group with { Shapes = shapes.ToImmutable() };
    }

    /// <summary>An equation writes places of a tensor of the group that others write too, in the same row and at the same step.</summary>
    public static bool Fits(Group group, Equation equation, IReadOnlyCollection<IndexVar> outer) =>
        group.Shapes.TryGetValue(equation.Target, out ImmutableArray<Index?> shape) && IsSame(Of(group, equation, outer), shape);

    /// <summary>The number of places 0, 1, … that an index of rows and lane runs over; null if it is not of that form.</summary>
    public static Dim? RangeOf(Index canonical)
    {
        if (canonical.AsVariable() is { } variable) return variable.Size;
        IndexVar[] block = [.. canonical.Variables()];
        return block.Length == 2 && canonical.Constant.Equals((Dim)0) ? block[0].Size * block[1].Size : null;
    }

    private static ImmutableArray<Index?> Of(Group group, Equation equation, IReadOnlyCollection<IndexVar> outer) =>
        [.. equation.Left.Select(l => l.Variables().Any(v => v == group.Step || v == group.Lane || group.Rows.Contains(v) || outer.Contains(v)) ? l : null)];

    /// <summary>Each row stands on one axis, alone or as a block with the lane.</summary>
    private static bool IsComplete(Group group, ImmutableArray<Index?> shape)
    {
        foreach (Index? index in shape)
        {
            if (index is null || index.AsVariable() is not null) continue;
            IndexVar[] variables = [.. index.Variables()];
            bool isBlock = variables.Length == 2 && variables.Contains(group.Lane) && variables.Any(group.Rows.Contains) && index.Constant.Equals((Dim)0);
            if (!isBlock && variables.Any(v => v != group.Lane)) return false;
        }

        return group.Rows.All(r => shape.Count(i => i is not null && i.Variables().Contains(r)) == 1);
    }

    private static bool IsSame(ImmutableArray<Index?> a, ImmutableArray<Index?> b) =>
        a.Zip(b, (x, y) => x is null ? y is null : y is not null && Structure.AreEqual(x, y)).All(same => same);
}
