namespace SsmDsl.Scheduling;

/// <summary>Directed graphs over the numbers 0 … count-1.</summary>
internal static class Graphs
{
    /// <summary>
    /// Strongly connected components in an order in which every one comes after those it needs; among those that are ready,
    /// the one with the least <paramref name="priority"/> first.
    /// </summary>
    /// <param name="needs">For each node, the nodes that come before it.</param>
    public static List<List<int>> Components(IReadOnlyList<IReadOnlyCollection<int>> needs, Func<int, int> priority)
    {
        int[] component = Tarjan(needs, out int count);
        var members = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        for (int node = 0; node < needs.Count; node++) members[component[node]].Add(node);

        var waiting = new int[count];
        var followers = Enumerable.Range(0, count).Select(_ => new HashSet<int>()).ToArray();
        for (int node = 0; node < needs.Count; node++)
        {
            foreach (int before in needs[node])
            {
                if (component[before] != component[node] && followers[component[before]].Add(component[node])) waiting[component[node]]++;
            }
        }

        var ready = new SortedSet<(int Priority, int Component)>();
        void Release(int c) => ready.Add((members[c].Min(priority), c));
        for (int c = 0; c < count; c++)
        {
            if (waiting[c] == 0) Release(c);
        }

        var order = new List<List<int>>();
        while (ready.Count > 0)
        {
            var next = ready.Min;
            ready.Remove(next);
            order.Add([.. members[next.Component].OrderBy(priority)]);
            foreach (int follower in followers[next.Component])
            {
                if (--waiting[follower] == 0) Release(follower);
            }
        }
        return order;
    }

    /// <summary>Component numbers, by Tarjan's algorithm without recursion.</summary>
    private static int[] Tarjan(IReadOnlyList<IReadOnlyCollection<int>> edges, out int count)
    {
        int nodes = edges.Count, time = 0;
        count = 0;
        int[] found = new int[nodes], low = new int[nodes], component = new int[nodes];
        bool[] isOpen = new bool[nodes];
        var open = new Stack<int>();
        var calls = new Stack<(int Node, IEnumerator<int> Next)>();
        for (int root = 0; root < nodes; root++)
        {
            if (found[root] != 0) continue;
            Enter(root);
            while (calls.Count > 0)
            {
                var (node, next) = calls.Peek();
                if (next.MoveNext())
                {
                    if (found[next.Current] == 0) Enter(next.Current);
                    else if (isOpen[next.Current]) low[node] = Math.Min(low[node], found[next.Current]);
                    continue;
                }

                calls.Pop();
                if (calls.Count > 0) low[calls.Peek().Node] = Math.Min(low[calls.Peek().Node], low[node]);
                if (low[node] != found[node]) continue;
                int member;
                do
                {
                    member = open.Pop();
                    isOpen[member] = false;
                    component[member] = count;
                }
                while (member != node);
                count++;
            }
        }
        return component;

        void Enter(int node)
        {
            found[node] = low[node] = ++time;
            open.Push(node);
            isOpen[node] = true;
            calls.Push((node, edges[node].GetEnumerator()));
        }
    }
}
