using SsmDsl.Ir;

namespace SsmDsl.Lowering;

/// <summary>Which nodes read or write a tensor.</summary>
internal sealed class TensorUsers
{
    private readonly HashSet<Tensor> ports;
    private readonly Dictionary<Tensor, HashSet<Node>> users = [];

    public TensorUsers(GraphProgram program)
    {
        ports = [.. program.Inputs.Concat(program.Outputs).Select(p => p.Tensor)];
        foreach (Node node in program.Body) Add(node);
    }

    /// <summary>Nothing outside of a node sees the tensor.</summary>
    public bool IsPrivate(Tensor tensor, Node node) =>
        !ports.Contains(tensor) && users.TryGetValue(tensor, out HashSet<Node> all) && all.Count == 1 && all.Contains(node);

    /// <summary>Nothing but these nodes sees the tensor.</summary>
    public bool AreOnly(Tensor tensor, params Node[] nodes) =>
        !ports.Contains(tensor) && users.TryGetValue(tensor, out HashSet<Node> all) && all.All(n => nodes.Any(m => ReferenceEquals(m, n)));

    private void Add(Node node)
    {
        if (node is Recurrence { Kind: RecurrenceKind.Copies } copies)
        {
            foreach (Node member in copies.Members) Add(member);
            return;
        }

        foreach (Tensor tensor in NodeParts.Tensors(node))
        {
            if (!users.TryGetValue(tensor, out HashSet<Node> all)) users[tensor] = all = new HashSet<Node>(ReferenceComparer.Instance);
            all.Add(node);
        }
    }
}
