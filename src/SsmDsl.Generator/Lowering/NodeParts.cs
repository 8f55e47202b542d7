using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>What nodes are made of.</summary>
internal static class NodeParts
{
    /// <summary>The equations of a node and of the recurrences in it, in order.</summary>
    public static IEnumerable<Equation> Equations(Node node) => node switch
    {
        Equation equation => [equation],
        Recurrence recurrence => recurrence.Members.SelectMany(Equations),
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    public static IEnumerable<IndexVar> Steps(Node node) =>
        node is Recurrence recurrence ? recurrence.Members.SelectMany(Steps).Prepend(recurrence.Step) : [];

    public static IEnumerable<LoadScalar> Loads(Equation equation) =>
        ScalarParts.Loads(equation.Body)
            .Concat(ScalarParts.Loads(equation.Guard))
            .Concat(ScalarParts.Loads(equation.Reduction?.Condition))
            .Concat(equation.Left.SelectMany(ScalarParts.Lookups).SelectMany(ScalarParts.Loads));

    /// <summary>Tensors that a node reads or writes.</summary>
    public static IEnumerable<Tensor> Tensors(Node node) =>
        Equations(node).SelectMany(e => Loads(e).Select(l => l.Tensor).Prepend(e.Target));

    /// <summary>All variables that an index mentions.</summary>
    public static IEnumerable<IndexVar> Variables(Index index) => index.Terms.SelectMany(t => t.Atom switch
    {
        VariableAtom v => [v.Variable],
        DivAtom d => Variables(d.Dividend),
        ModAtom m => Variables(m.Dividend),
        LookupAtom l => ScalarParts.Loads(l.Value).SelectMany(x => x.Indices).SelectMany(Variables),
        _ => Enumerable.Empty<IndexVar>(),
    });

    /// <summary>The variable, if the index is nothing but that.</summary>
    public static IndexVar? Plain(Index index) =>
        index.Terms is [{ Coefficient: 1, Atom: VariableAtom variable }] && index.Constant.Equals((SsmDsl.Semantics.Dim)0)
            ? variable.Variable
            : null;
}
