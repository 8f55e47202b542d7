using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Scheduling;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Which nodes of one level of a program need which others, and orders in which they can run.</summary>
internal sealed class LevelOrder
{
    private readonly IReadOnlyList<Node> nodes;
    private readonly HashSet<int>[] needs;

    /// <param name="nodes">In an order in which they can run.</param>
    /// <param name="steps">Of the recurrences around.</param>
    public LevelOrder(IReadOnlyList<Node> nodes, IReadOnlyCollection<IndexVar> steps)
    {
        this.nodes = nodes;
        needs = new HashSet<int>[nodes.Count];
        var writers = new Dictionary<Tensor, List<(Equation Equation, int Node)>>();
        for (int i = 0; i < nodes.Count; i++)
        {
            var found = new HashSet<int>();
            Equation[] equations = [.. NodeParts.Equations(nodes[i])];
            foreach (LoadScalar load in equations.SelectMany(NodeParts.Loads))
            {
                if (!writers.TryGetValue(load.Tensor, out List<(Equation Equation, int Node)> all)) continue;
                foreach ((Equation writer, int node) in all)
                    if (!found.Contains(node) && Dependence.Needs(load, writer, steps) && !Places.AreApart(load.Indices, writer.Left)) found.Add(node);
            }

            needs[i] = found;
            foreach (Equation equation in equations)
            {
                if (!writers.TryGetValue(equation.Target, out List<(Equation Equation, int Node)> all)) writers[equation.Target] = all = [];
                all.Add((equation, i));
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
