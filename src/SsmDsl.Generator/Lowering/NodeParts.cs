using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;

namespace SsmDsl.Lowering;

/// <summary>What nodes are made of.</summary>
internal static class NodeParts
{
    /// <summary>The equations of a node and of the recurrences in it, in order.</summary>
    public static IEnumerable<Equation> Equations(Node node) => node switch
    {
        Equation equation => [equation],
        Recurrence recurrence => recurrence.Members.SelectMany(Equations),
        Group group => group.Body.SelectMany(Equations),
        RowGroup group => group.Equations,
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    public static IEnumerable<IndexVar> Steps(Node node) =>
        node is Recurrence recurrence ? recurrence.Members.SelectMany(Steps).Prepend(recurrence.Step) : [];

    public static IEnumerable<LoadScalar> Loads(Equation equation) =>
        new[] { equation.Body, equation.Guard, equation.Reduction?.Condition }.OfType<Scalar>()
            .Concat(equation.Left.SelectMany(i => i.Lookups()))
            .SelectMany(s => s.Loads());

    /// <summary>Tensors that a node reads or writes.</summary>
    public static IEnumerable<Tensor> Tensors(Node node) =>
        Equations(node).SelectMany(e => Loads(e).Select(l => l.Tensor).Prepend(e.Target));
}
