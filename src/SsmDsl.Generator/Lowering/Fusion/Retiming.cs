using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>
/// What a step reads of the step before it as a whole, <c>if t+1 &lt; T then f(t+1) else s</c>, is computed at the end of that
/// step: p[t] = f(t), and read as p[t+1]; p[T] = s, before the steps. Then all that belongs to a step is computed in it.
/// </summary>
internal static class Retiming
{
    public static Group Of(Group group, ImmutableArray<IndexVar> outer)
    {
        if (!group.Reversed || group.Members.Any(m => m is not Equation)) return group;
        var members = new List<Equation>();
        var made = new List<Equation>();
        var starts = new List<Equation>();
        foreach (Equation member in group.Members.Cast<Equation>())
        {
            SelectScalar[] found = Found(member, group);
            Equation[] carried = [.. found.Select(s => Carried(s, $"{member.Target.Name}.next", group))];
            Equation rest = member;
            foreach ((SelectScalar choice, Equation carry) in found.Zip(carried, (s, c) => (s, c)))
                rest = rest with { Body = rest.Body.Map(s => s is SelectScalar && Structure.AreEqual(s, choice) ? Read(carry, group) : s) };
            members.Add(rest);
            made.AddRange(carried);
            starts.AddRange(found.Zip(carried, (s, c) => (s, c)).Where(x => !x.s.Else.IsConstant(0)).Select(x => Start(x.s, x.c, group)));
        }

        // Each once all that it reads of its step is there.
        foreach (Equation carry in made)
        {
            HashSet<Tensor> read = [.. NodeParts.Loads(carry).Select(l => l.Tensor)];
            members.Insert(members.FindLastIndex(m => read.Contains(m.Target)) + 1, carry);
        }

        return made.Count == 0 ? group : GroupShapes.Add(group with { Before = [.. group.Before, .. starts], Members = [.. members] }, made, outer);
    }

    /// <summary>Choices of that form in an equation that reads its own target in them.</summary>
    private static SelectScalar[] Found(Equation equation, Group group)
    {
        var found = new List<SelectScalar>();
        foreach (SelectScalar choice in equation.Body.All().OfType<SelectScalar>())
            if (IsNext(choice, equation, group) && !found.Any(f => Structure.AreEqual(f, choice))) found.Add(choice);
        return [.. found];
    }

    private static bool IsNext(SelectScalar choice, Equation equation, Group group)
    {
        Index next = Index.Of(group.Step).Plus(1);
        bool isInside = choice.Condition is ApplyScalar { Op: ScalarOp.Less } less
            && less.Arguments[0] is IndexScalar { Value: var position } && Structure.AreEqual(position, next)
            && less.Arguments[1] is IndexScalar { Value: var end } && end.Terms.IsEmpty && end.Constant.Equals(group.Step.Size);
        if (!isInside || !MayStart(choice.Else, equation, group) || choice.Then.Type != ElementType.Real) return false;
        if (!choice.Then.Loads().Any(l => l.Tensor == equation.Target) || choice.Then.All().Any(s => s is DrawScalar)) return false;
        IEnumerable<Index> positions = choice.Then.All().SelectMany(s => s switch
        {
            LoadScalar l => l.Indices.AsEnumerable(),
            IndexScalar i => [i.Value],
            _ => [],
        });
        bool isWhole = positions.Where(p => p.Variables().Contains(group.Step)).All(p => Structure.AreEqual(p, next));
        bool isBound = choice.Then.Variables().All(v => equation.Axes.Contains(v) || v == group.Step);
        return isWhole && isBound && equation.Reduction is null;
    }

    /// <summary>It reads nothing that the group writes, and what it reads is there even where there are no steps.</summary>
    private static bool MayStart(Scalar start, Equation equation, Group group)
    {
        HashSet<Tensor> written = [.. group.Body.Equations().Select(e => e.Target)];
        return !start.All().Any(s => s is DrawScalar) && start.Variables().All(equation.Axes.Contains) && AtLast(group).Apply(start).Loads().All(l =>
            !written.Contains(l.Tensor) && Enumerable.Range(0, l.Indices.Length).All(axis => IndexBounds.IsWithin(l.Indices[axis], l.Tensor.Axes[axis])));
    }

    private static Substitution AtLast(Group group) => new(new Dictionary<IndexVar, Index> { [group.Step] = Index.Of(group.Step.Size - 1) });

    /// <summary>p[T] = s, with s at the last step.</summary>
    private static Equation Start(SelectScalar choice, Equation carry, Group group)
    {
        ImmutableArray<Index> end = [.. carry.Left.Select(l => l.AsVariable() == group.Step ? Index.Of(group.Step.Size) : l)];
        return new Equation(carry.Target, carry.Axes.Remove(group.Step), end, null, AtLast(group).Apply(choice.Else), Comment: $"{carry.Target.Name} at the last step");
    }

    private static Equation Carried(SelectScalar choice, string name, Group group)
    {
        var before = new Substitution(new Dictionary<IndexVar, Index> { [group.Step] = Index.Of(group.Step).Plus(-1) });
        ImmutableArray<IndexVar> axes = group.Ordered(choice.Then.Variables().Concat(choice.Else.Variables()).Concat(group.Rows).Append(group.Step).Distinct());
        var target = new Tensor(name, ElementType.Real, [.. axes.Select(a => a == group.Step ? new TensorAxis(a.Size, 0, 1) : new TensorAxis(a.Size))]);
        return new Equation(target, axes, [.. axes.Select(Index.Of)], null, before.Apply(choice.Then), Comment: $"{name} at the next step");
    }

    private static LoadScalar Read(Equation carry, Group group) => new(
        carry.Target, [.. carry.Axes.Select(a => a == group.Step ? Index.Of(a).Plus(1) : Index.Of(a))], [.. carry.Axes.Select(_ => AxisAccess.InRange)]);
}
