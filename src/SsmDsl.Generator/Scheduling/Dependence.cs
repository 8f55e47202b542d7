using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Scheduling;

/// <summary>An equation with its place in the order of the text.</summary>
internal sealed class Item(Equation equation, int order)
{
    public Equation Equation { get; } = equation;
    public int Order { get; } = order;

    public Item With(Equation other) => new(other, Order);
}

/// <summary>Whether a read must wait for an equation, within recurrences over <c>steps</c>.</summary>
internal static class Dependence
{
    /// <summary>False if every value read was written at another step of an enclosing recurrence.</summary>
    public static bool Needs(LoadScalar load, Equation writer, IEnumerable<IndexVar> steps) =>
        ReferenceEquals(load.Tensor, writer.Target) && steps.All(step => MayBeSameStep(load, writer, step));

    private static bool MayBeSameStep(LoadScalar load, Equation writer, IndexVar step)
    {
        for (int axis = 0; axis < writer.Left.Length; axis++)
        {
            if (!writer.Left[axis].Variables().Contains(step)) continue;
            if (IndexBounds.Of(load.Indices[axis].Minus(writer.Left[axis])) is not var (low, high)) return true;
            return !(IsAbove(low, 0) || IsAbove(0, high));
        }
        return true;
    }

    private static bool IsAbove(Dim a, Dim b) => (a - b).TryGetConstant(out long difference) && difference > 0;
}
