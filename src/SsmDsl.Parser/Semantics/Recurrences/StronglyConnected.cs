namespace SsmDsl.Semantics;

/// <summary>Strongly connected components of a graph with numbered nodes.</summary>
internal static class StronglyConnected
{
    /// <summary>
    /// The components, each ascending, such that what a component needs stands before it; where that leaves a choice, the one
    /// with the smallest node comes first. Without recursion: chains may be long.
    /// </summary>
    /// <param name="needs">Which node needs which; may have repetitions.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Order(int count, IReadOnlyCollection<(int From, int To)> needs)
    {
        int[] component = Find(count, new Edges(count, needs));
        var members = new List<int>[count];
        for (int n = 0; n < count; n++) (members[component[n]] ??= []).Add(n);
        (int From, int To)[] edges = [.. needs.Select(e => (From: component[e.From], To: component[e.To])).Where(e => e.From != e.To).Distinct()];
        var neededBy = new Edges(count, [.. edges.Select(e => (e.To, e.From))]);
        int[] waitsFor = new int[count];
        foreach (var (from, _) in edges) waitsFor[from]++;

        // by their smallest nodes
        var ready = new SortedSet<int>();
        for (int c = 0; c < count && members[c] is { } nodes; c++)
        {
            if (waitsFor[c] == 0) ready.Add(nodes[0]);
        }
        var order = new List<IReadOnlyList<int>>();
        while (ready.Count > 0)
        {
            int first = ready.Min;
            ready.Remove(first);
            int next = component[first];
            order.Add(members[next]);
            for (int i = neededBy.Start[next]; i < neededBy.Start[next + 1]; i++)
            {
                int waiting = neededBy.Targets[i];
                if (--waitsFor[waiting] == 0) ready.Add(members[waiting][0]);
            }
        }
        return order;
    }

    /// <summary>Edges by their origin, in the order given: those of n are Targets[Start[n]] up to Targets[Start[n + 1]].</summary>
    private readonly struct Edges
    {
        public Edges(int count, IReadOnlyCollection<(int From, int To)> edges)
        {
            Start = new int[count + 1];
            Targets = new int[edges.Count];
            foreach (var (from, _) in edges) Start[from + 1]++;
            for (int n = 0; n < count; n++) Start[n + 1] += Start[n];
            int[] next = [.. Start];
            foreach (var (from, to) in edges) Targets[next[from]++] = to;
        }

        public int[] Start { get; }

        public int[] Targets { get; }
    }

    /// <summary>Tarjan's algorithm: the number of each node's component, from 0 without gaps.</summary>
    private static int[] Find(int count, Edges needs)
    {
        int[] component = [.. Enumerable.Repeat(-1, count)], seen = [.. component], low = new int[count];
        var open = new Stack<int>();
        var path = new Stack<int>();
        int[] next = [.. needs.Start];
        int time = 0, components = 0;
        for (int root = 0; root < count; root++)
        {
            if (seen[root] < 0) enter(root);
            while (path.Count > 0)
            {
                int node = path.Peek();
                if (next[node] < needs.Start[node + 1])
                {
                    int other = needs.Targets[next[node]++];
                    if (seen[other] < 0) enter(other);
                    else if (component[other] < 0) low[node] = Math.Min(low[node], seen[other]);
                    continue;
                }
                path.Pop();
                if (path.Count > 0) low[path.Peek()] = Math.Min(low[path.Peek()], low[node]);
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
            path.Push(node);
        }
    }
}
