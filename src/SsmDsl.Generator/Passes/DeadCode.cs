using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Passes;

/// <summary>Leaves out what no output depends on.</summary>
public static class DeadCode
{
    public static GraphProgram Run(GraphProgram program)
    {
        HashSet<Tensor> live = Live([.. program.Body.Equations()], program.Outputs.Select(o => o.Tensor));
        return program with { Body = Keep(program.Body, live) };
    }

    /// <summary>The tensors on which the given ones depend, and these.</summary>
    public static HashSet<Tensor> Live(ImmutableArray<Equation> equations, IEnumerable<Tensor> wanted)
    {
        ILookup<Tensor, Equation> writers = equations.ToLookup(e => e.Target);
        var live = new HashSet<Tensor>();
        var open = new Stack<Tensor>(wanted);
        while (open.Count > 0)
        {
            Tensor tensor = open.Pop();
            if (!live.Add(tensor)) continue;
            foreach (LoadScalar load in writers[tensor].SelectMany(NodeWalk.Loads)) open.Push(load.Tensor);
        }
        return live;
    }

    private static ImmutableArray<Node> Keep(ImmutableArray<Node> nodes, HashSet<Tensor> live)
    {
        var kept = ImmutableArray.CreateBuilder<Node>();
        foreach (Node node in nodes)
        {
            switch (node)
            {
                case Equation e when live.Contains(e.Target):
                    kept.Add(e);
                    break;
                case Recurrence r when Keep(r.Members, live) is { IsEmpty: false } members:
                    kept.Add(members.Length == r.Members.Length && members.SequenceEqual(r.Members) ? r : r with { Members = members });
                    break;
            }
        }
        return kept.ToImmutable();
    }
}
