using System.Collections.Immutable;
using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>A product of matrices and maps of its elements, to be run tile by tile of the result.</summary>
internal sealed record TileGroup(Equation Product, ImmutableArray<Equation> Maps) : Node
{
    public IEnumerable<Equation> Equations => Maps.Prepend(Product);
}

/// <summary>
/// Finds products of matrices and the maps after them (biases, activations, residuals, gates) that read of the product, and of each
/// other, the element that they write: who has computed the element goes on with it.
/// </summary>
internal static class TileGroups
{
    public static GraphProgram Run(GraphProgram program) => program with { Body = Run(program.Body, []) };

    /// <param name="outer">Steps of the loops over copies around.</param>
    private static ImmutableArray<Node> Run(ImmutableArray<Node> body, ImmutableArray<IndexVar> outer)
    {
        List<Node> nodes = [.. body.Select(n => n is Recurrence { Kind: RecurrenceKind.Copies } copies ? copies with { Members = Run(copies.Members, outer.Add(copies.Step)) } : n)];
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is Equation equation && ProductLowering.IsProduct((Equation)OuterSteps.Without(equation, outer)) && Maps(equation, nodes, i + 1, outer) is { IsEmpty: false } maps)
                nodes[i] = new TileGroup(equation, maps);
        }

        return [.. nodes];
    }

    /// <summary>Takes the maps out of the nodes from a place on, as far as they may run before all nodes that stay.</summary>
    private static ImmutableArray<Equation> Maps(Equation product, List<Node> nodes, int first, ImmutableArray<IndexVar> outer)
    {
        var members = new List<Equation> { product };
        var passed = new List<Node>();
        for (int at = first; at < nodes.Count;)
        {
            if (nodes[at] is Equation map && Joins(members, map, outer) && passed.All(n => IsApart(n, map)))
            {
                members.Add(map);
                nodes.RemoveAt(at);
            }
            else
            {
                passed.Add(nodes[at++]);
            }
        }

        return [.. members.Skip(1)];
    }

    private static bool Joins(List<Equation> members, Equation map, ImmutableArray<IndexVar> outer)
    {
        if (map is not { Accumulate: false, Reduction: null }) return false;
        LoadScalar[] own = [.. NodeParts.Loads(map).Where(l => members.Any(m => m.Target == l.Tensor))];
        if (own.Length == 0 || members.Any(m => m.Target == map.Target || NodeParts.Loads(m).Any(l => l.Tensor == map.Target))) return false;
        IndexVar[] axes = Axes(map, outer);
        return members.All(m => Axes(m, outer) is var others && others.Length == axes.Length && others.Zip(axes, (a, b) => a.Size.Equals(b.Size)).All(same => same))
            && own.All(l => IsAtElement(l, members.Single(m => m.Target == l.Tensor), axes, outer));
    }

    /// <summary>A read of the element that another equation writes for the same values of its axes.</summary>
    private static bool IsAtElement(LoadScalar load, Equation writer, IndexVar[] axes, ImmutableArray<IndexVar> outer)
    {
        ImmutableArray<Ir.Index> written = Substitution.Renaming(Axes(writer, outer).Zip(axes, (from, to) => (from, to))).Apply(writer.Left);
        return load.Indices.Zip(written, Structure.AreEqual).All(same => same);
    }

    private static IndexVar[] Axes(Equation equation, ImmutableArray<IndexVar> outer) => [.. equation.Axes.Where(a => !outer.Contains(a))];

    private static bool IsApart(Node node, Equation map)
    {
        HashSet<Tensor> read = [.. NodeParts.Loads(map).Select(l => l.Tensor)];
        return NodeParts.Equations(node).All(e => !read.Contains(e.Target) && e.Target != map.Target && NodeParts.Loads(e).All(l => l.Tensor != map.Target));
    }
}
