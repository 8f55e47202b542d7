using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Which nodes of one level of a program need which others, and orders in which they can run.</summary>
internal sealed class LevelOrder
{
    private readonly IReadOnlyList<Node> nodes;
    private readonly HashSet<int>[] needs;

    /// <param name="nodes">In an order in which they can run.</param>
    /// <param name="dependences">Of the level's nodes, those that it had before among them.</param>
    public LevelOrder(IReadOnlyList<Node> nodes, NodeDependences dependences)
    {
        this.nodes = nodes;
        needs = new HashSet<int>[nodes.Count];
        var writers = new Dictionary<Tensor, List<int>>();
        for (int i = 0; i < nodes.Count; i++)
        {
            var found = new HashSet<int>();
            foreach (Tensor read in dependences.Reads(nodes[i]))
            {
                if (!writers.TryGetValue(read, out List<int> all)) continue;
                foreach (int writer in all)
                    if (!found.Contains(writer) && dependences.Needs(nodes[i], nodes[writer])) found.Add(writer);
            }

            needs[i] = found;
            foreach (Tensor written in dependences.Writes(nodes[i]))
            {
                if (!writers.TryGetValue(written, out List<int> all)) writers[written] = all = [];
                all.Add(i);
            }
        }
    }

    /// <summary>Whether two nodes can become one: no other node has to run between them.</summary>
    public bool CanMerge(int first, int second)
    {
        var reached = new HashSet<int>();
        var open = new Stack<int>(needs[second].Where(n => n != first));
        while (open.Count > 0)
        {
            int next = open.Pop();
            if (next == first) return false;
            if (next > first && reached.Add(next)) foreach (int before in needs[next]) open.Push(before);
        }

        return true;
    }

    /// <summary>The nodes with two of them replaced by others that stand together.</summary>
    public ImmutableArray<Node> Merge(int first, int second, ImmutableArray<Node> replacement)
    {
        var after = new HashSet<int> { first };
        for (int i = first + 1; i < nodes.Count; i++)
            if (needs[i].Overlaps(after)) after.Add(i);
        var between = Enumerable.Range(first + 1, second - first - 1).ToList();
        return
        [
            .. nodes.Take(first),
            .. between.Where(i => !after.Contains(i)).Select(i => nodes[i]),
            .. replacement,
            .. between.Where(after.Contains).Select(i => nodes[i]),
            .. nodes.Skip(second + 1),
        ];
    }
}
