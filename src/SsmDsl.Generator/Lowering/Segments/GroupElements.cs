using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>The elements that a group has at each step, and where its equations have them.</summary>
/// <param name="outer">Steps of the recurrences around.</param>
internal sealed class GroupElements(Group group, IReadOnlyCollection<IndexVar> outer)
{
    /// <summary>The indices of an equation's elements: rows, what is within a row, the lane.</summary>
    public ImmutableArray<IndexVar> Of(Equation equation) => group.Ordered(equation.Axes.Where(a => a != group.Step && !outer.Contains(a)));

    /// <summary>The axis of a tensor along which the steps go, where an equation writes each step's own place; or -1.</summary>
    public int StepAxis(Equation equation)
    {
        int[] axes = [.. Enumerable.Range(0, equation.Left.Length).Where(i => equation.Left[i].Variables().Contains(group.Step))];
        return axes is [var axis] && equation.Left[axis].AsVariable() == group.Step ? axis : -1;
    }

    /// <summary>Whether each element of an equation is one of those of another, in the same order, on all axes but one.</summary>
    /// <param name="at">Where the equation has them on the axes of the other's target.</param>
    public bool AreSame(Equation writer, Equation equation, ImmutableArray<Index> at, int except)
    {
        ImmutableArray<IndexVar> written = Of(writer), own = Of(equation);
        if (written.Length != own.Length || written.Zip(own, (a, b) => a.Size.Equals(b.Size)).Contains(false)) return false;
        Substitution names = Substitution.Renaming(written.Zip(own, (a, b) => (a, b)));
        return Enumerable.Range(0, at.Length).All(i => i == except || Structure.AreEqual(names.Apply(writer.Left[i]), at[i]));
    }
}
