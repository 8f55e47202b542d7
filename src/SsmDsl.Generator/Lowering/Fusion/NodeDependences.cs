using SsmDsl.Ir;
using SsmDsl.Scheduling;

namespace SsmDsl.Lowering.Fusion;

/// <summary>Which nodes of a level need which others. What is found is kept: while nodes are merged, most of a level stays as it is.</summary>
/// <param name="steps">Of the recurrences around.</param>
internal sealed class NodeDependences(IReadOnlyCollection<IndexVar> steps)
{
    private readonly Dictionary<Node, Accesses> accesses = new(ReferenceComparer.Instance);
    private readonly Dictionary<Node, Dictionary<Node, bool>> known = new(ReferenceComparer.Instance);

    public IEnumerable<Tensor> Reads(Node node) => Of(node).Reads.Select(r => r.Key);

    public IEnumerable<Tensor> Writes(Node node) => Of(node).Writes.Select(w => w.Key);

    /// <summary>Whether the one reads what the other writes at the same steps or earlier ones of the recurrences around.</summary>
    public bool Needs(Node reader, Node writer)
    {
        if (!known.TryGetValue(reader, out Dictionary<Node, bool> writers)) known[reader] = writers = new(ReferenceComparer.Instance);
        if (!writers.TryGetValue(writer, out bool needs)) writers[writer] = needs = Find(Of(reader), Of(writer));
        return needs;
    }

    private bool Find(Accesses reader, Accesses writer) => reader.Reads.Any(loads => loads.Any(load =>
        writer.Writes[load.Tensor].Any(equation => Dependence.Needs(load, equation, steps) && !Places.AreApart(load.Indices, equation.Left))));

    private Accesses Of(Node node)
    {
        if (accesses.TryGetValue(node, out Accesses found)) return found;
        Equation[] equations = [.. NodeParts.Equations(node)];
        return accesses[node] = new(equations.SelectMany(NodeParts.Loads).ToLookup(l => l.Tensor), equations.ToLookup(e => e.Target));
    }

    private sealed record Accesses(ILookup<Tensor, LoadScalar> Reads, ILookup<Tensor, Equation> Writes);
}
