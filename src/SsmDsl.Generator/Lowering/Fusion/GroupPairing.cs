using System.Collections.Immutable;
using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>A group with the steps of the recurrences around it.</summary>
internal sealed record PlacedGroup(Group Group, ImmutableArray<IndexVar> Outer);

/// <summary>How a group that runs along the same steps in the other direction names the rows of an earlier one.</summary>
internal static class GroupPairing
{
    /// <summary>The later group's positions for all indices of the earlier one, or null if their rows are not the same.</summary>
    public static ImmutableDictionary<IndexVar, Index>? Find(PlacedGroup earlier, PlacedGroup later)
    {
        (Group first, Group second) = (earlier.Group, later.Group);
        if (first.Reversed == second.Reversed || !first.Step.Size.Equals(second.Step.Size) || earlier.Outer.Length != later.Outer.Length) return null;
        var names = new Dictionary<IndexVar, IndexVar> { [first.Step] = second.Step };
        foreach ((IndexVar a, IndexVar b) in earlier.Outer.Zip(later.Outer, (a, b) => (a, b)))
        {
            if (!a.Size.Equals(b.Size)) return null;
            names[a] = b;
        }

        foreach (LoadScalar load in second.Members.Equations().SelectMany(NodeParts.Loads))
        {
            if (!first.Shapes.TryGetValue(load.Tensor, out ImmutableArray<Index?> shape)) continue;
            for (int axis = 0; axis < shape.Length; axis++)
                if (shape[axis] is { } canonical && canonical.AsVariable() != first.Step && !Match(canonical, load.Indices[axis])) return null;
        }

        bool isWhole = first.Rows.All(r => names.TryGetValue(r, out IndexVar other) && second.Rows.Contains(other))
            && (first.Lane is null || (names.TryGetValue(first.Lane, out IndexVar lane) && lane == second.Lane));
        return isWhole ? names.ToImmutableDictionary(n => n.Key, n => Index.Of(n.Value)) : null;

        bool Match(Index canonical, Index index)
        {
            if (canonical.Terms.Length != index.Terms.Length || !canonical.Constant.Equals(index.Constant)) return false;
            for (int i = 0; i < canonical.Terms.Length; i++)
            {
                if (canonical.Terms[i] is not { Atom: VariableAtom { Variable: var a } } || index.Terms[i] is not { Atom: VariableAtom { Variable: var b } }) return false;
                if (canonical.Terms[i].Coefficient != index.Terms[i].Coefficient || !a.Size.Equals(b.Size)) return false;
                if (names.TryGetValue(a, out IndexVar known) && known != b) return false;
                names[a] = b;
            }

            return true;
        }
    }

    /// <summary>The shapes of what the earlier groups write, in the later one's indices.</summary>
    public static ImmutableDictionary<Tensor, ImmutableArray<Index?>> Shapes(IEnumerable<PlacedGroup> earlier, PlacedGroup later)
    {
        var shapes = ImmutableDictionary.CreateBuilder<Tensor, ImmutableArray<Index?>>();
        foreach (PlacedGroup group in earlier)
        {
            if (Find(group, later) is not { } names) continue;
            var substitution = new Substitution(names);
            foreach (KeyValuePair<Tensor, ImmutableArray<Index?>> shape in group.Group.Shapes)
                shapes[shape.Key] = [.. shape.Value.Select(i => i is null ? null : substitution.Apply(i))];
        }

        return shapes.ToImmutable();
    }
}
