using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// Where only a group that runs back along the steps reads what a group computed on the way forth, it computes it again, chunk
/// by chunk, from the states that the forward group left at the chunks' borders: in memory are those states only.
/// </summary>
internal static class Recomputation
{
    public static GraphProgram Run(GraphProgram program, LoweringTarget target)
    {
        var users = new TensorUsers(program);
        PlacedGroup[] groups = [.. Groups(program.Body, [])];
        var replaced = new Dictionary<Node, Group>(ReferenceComparer.Instance);
        for (int later = 0; later < groups.Length; later++)
        {
            if (!groups[later].Group.Reversed) continue;
            for (int earlier = 0; earlier < later; earlier++)
            {
                if (replaced.ContainsKey(groups[earlier].Group) || replaced.ContainsKey(groups[later].Group)) continue;
                if (GroupPairing.Find(groups[earlier], groups[later]) is not { } names || groups[earlier].Group.Reversed) continue;
                if (RecomputationPlan.Find(groups[earlier].Group, groups[later].Group, names, users, target) is not { } plan) continue;
                (Group first, Group second) = RecomputationRewrite.Apply(plan, groups[earlier], groups[later]);
                replaced[groups[earlier].Group] = first;
                replaced[groups[later].Group] = second;
            }
        }

        return replaced.Count == 0 ? program : program with { Body = Replace(program.Body) };

        ImmutableArray<Node> Replace(ImmutableArray<Node> nodes) =>
        [
            .. nodes.Select(n => replaced.TryGetValue(n, out Group other) ? other
                : n is Recurrence { Kind: RecurrenceKind.Copies } copies ? copies with { Members = Replace(copies.Members) } : n),
        ];
    }

    private static IEnumerable<PlacedGroup> Groups(IEnumerable<Node> nodes, ImmutableArray<IndexVar> outer) => nodes.SelectMany(n => n switch
    {
        Group group => [new PlacedGroup(group, outer)],
        Recurrence { Kind: RecurrenceKind.Copies } copies => Groups(copies.Members, outer.Add(copies.Step)),
        _ => Enumerable.Empty<PlacedGroup>(),
    });
}
