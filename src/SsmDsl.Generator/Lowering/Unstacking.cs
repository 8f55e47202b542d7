using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>Takes the axis of copies off tensors that live within the run of one copy: all copies use the same memory.</summary>
internal static class Unstacking
{
    public static GraphProgram Run(GraphProgram program)
    {
        HashSet<Tensor> ports = [.. program.Inputs.Concat(program.Outputs).Select(p => p.Tensor)];
        return program with { Body = Run(program.Body, ports) };
    }

    /// <param name="outside">Tensors that other nodes use.</param>
    private static ImmutableArray<Node> Run(ImmutableArray<Node> nodes, HashSet<Tensor> outside) =>
    [
        .. nodes.Select(n =>
        {
            if (n is not Recurrence { Kind: RecurrenceKind.Copies } copies) return n;
            HashSet<Tensor> others = [.. outside, .. nodes.Where(m => m != n).SelectMany(NodeParts.Tensors)];
            Recurrence inner = copies with { Members = Run(copies.Members, others) };
            return Without(inner, others);
        }),
    ];

    private static Recurrence Without(Recurrence copies, HashSet<Tensor> others)
    {
        var replaced = new Dictionary<Tensor, (Tensor Tensor, int Axis)>();
        Equation[] equations = [.. copies.Members.SelectMany(NodeParts.Equations)];
        foreach (IGrouping<Tensor, Equation> writers in equations.GroupBy(e => e.Target).Where(g => !others.Contains(g.Key)))
            if (AxisOf(writers.Key, [.. writers], equations, copies.Step) is { } axis)
                replaced[writers.Key] = (new Tensor(writers.Key.Name, writers.Key.Element, writers.Key.Axes.RemoveAt(axis), writers.Key.Origin), axis);
        return replaced.Count == 0 ? copies : copies with { Members = [.. copies.Members.Select(m => Rewritten(m, copies.Step, replaced))] };
    }

    /// <summary>The axis on which every place is that of the copy, of a tensor that each copy fills.</summary>
    private static int? AxisOf(Tensor tensor, Equation[] writers, Equation[] equations, IndexVar step)
    {
        int axis = writers[0].Left.ToList().FindIndex(l => l.Variables().Contains(step));
        if (axis < 0 || !Coverage.IsFull(tensor, writers)) return null;
        Index place = writers[0].Left[axis];
        bool isOne = writers.All(w => Structure.AreEqual(w.Left[axis], place))
            && equations.SelectMany(NodeParts.Loads).Where(l => l.Tensor == tensor).All(l => l.Access[axis] == AxisAccess.InRange && Structure.AreEqual(l.Indices[axis], place));
        return isOne ? axis : null;
    }

    private static Node Rewritten(Node node, IndexVar step, Dictionary<Tensor, (Tensor Tensor, int Axis)> replaced)
    {
        if (node is Recurrence r) return r with { Members = [.. r.Members.Select(m => Rewritten(m, step, replaced))] };
        Node rewritten = NodeParts.Map(node, Of);
        return rewritten is not Group g ? rewritten : g with
        {
            Shapes = g.Shapes.ToImmutableDictionary(s => New(s.Key), s => replaced.TryGetValue(s.Key, out (Tensor Tensor, int Axis) less) ? s.Value.RemoveAt(less.Axis) : s.Value),
            Chunks = g.Chunks is not { Replay: { } replay } chunks ? g.Chunks : chunks with { Replay = replay with { Tensors = [.. replay.Tensors.Select(New)] } },
        };

        Tensor New(Tensor tensor) => replaced.TryGetValue(tensor, out (Tensor Tensor, int Axis) less) ? less.Tensor : tensor;

        Equation Of(Equation equation)
        {
            Equation read = equation.MapParts(s => s is LoadScalar l && replaced.TryGetValue(l.Tensor, out (Tensor Tensor, int Axis) less)
                ? new LoadScalar(less.Tensor, l.Indices.RemoveAt(less.Axis), l.Access.RemoveAt(less.Axis)) : s);
            return replaced.TryGetValue(equation.Target, out (Tensor Tensor, int Axis) target)
                ? read with { Target = target.Tensor, Left = read.Left.RemoveAt(target.Axis), Axes = read.Axes.Remove(step) }
                : read;
        }
    }
}
