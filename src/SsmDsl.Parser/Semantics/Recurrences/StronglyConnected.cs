namespace SsmDsl.Semantics;

/// <summary>Strongly connected components of a graph with numbered nodes.</summary>
internal static class StronglyConnected
{
    /// <summary>
    /// The components, each ascending, such that what a component needs stands before it; where that leaves a choice, the one
    /// with the smallest node comes first. Without recursion: chains may be long.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<int>> Order(int count, ILookup<int, int> needs)
    {
        int[] component = Find(count, needs);
        var members = Enumerable.Range(0, count).GroupBy(n => component[n]).ToDictionary(g => g.Key, g => g.ToList());
        var edges = Enumerable.Range(0, count)
            .SelectMany(n => needs[n].Select(m => (From: component[n], To: component[m])))
            .Where(e => e.From != e.To).Distinct().ToList();
        var neededBy = edges.ToLookup(e => e.To, e => e.From);
        var waitsFor = edges.GroupBy(e => e.From).ToDictionary(g => g.Key, g => g.Count());

        var ready = new SortedSet<(int First, int Component)>(members.Keys.Where(c => !waitsFor.ContainsKey(c)).Select(c => (members[c][0], c)));
        var order = new List<IReadOnlyList<int>>();
        while (ready.Count > 0)
        {
            var next = ready.Min;
            ready.Remove(next);
            order.Add(members[next.Component]);
            foreach (int c in neededBy[next.Component])
            {
                if (--waitsFor[c] == 0) ready.Add((members[c][0], c));
            }
        }
        return order;
    }

    /// <summary>Tarjan's algorithm: the number of each node's component.</summary>
    private static int[] Find(int count, ILookup<int, int> needs)
    {
        int[] component = [.. Enumerable.Repeat(-1, count)], seen = [.. component], low = new int[count];
        var open = new Stack<int>();
        var path = new Stack<(int Node, IEnumerator<int> Others)>();
        int time = 0, components = 0;
        for (int root = 0; root < count; root++)
        {
            if (seen[root] < 0) enter(root);
            while (path.Count > 0)
            {
                var (node, others) = path.Peek();
                if (others.MoveNext())
                {
                    if (seen[others.Current] < 0) enter(others.Current);
                    else if (component[others.Current] < 0) low[node] = Math.Min(low[node], seen[others.Current]);
                    continue;
                }
                path.Pop();
                if (path.Count > 0) low[path.Peek().Node] = Math.Min(low[path.Peek().Node], low[node]);
                if (low[node] != seen[node]) continue;
                int member;
                do component[member = open.Pop()] = components;
                while (member != node);
                components++;
            }
        }
        return component;

        void enter(int node)
        {
            seen[node] = low[node] = time++;
            open.Push(node);
            path.Push((node, needs[node].GetEnumerator()));
        }
    }
}
