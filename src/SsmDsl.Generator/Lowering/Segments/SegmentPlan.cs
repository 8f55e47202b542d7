using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>What goes from one segment of a group's steps to the next.</summary>
/// <param name="States">Members whose values the next step reads, and with them the next segment.</param>
/// <param name="Starts">The equations that give states before the first step.</param>
/// <param name="Sums">Members that add up over the steps what only the end needs: each segment has a sum of its own.</param>
/// <param name="After">Equations that need the sums: they run after the group.</param>
/// <param name="Replayed">Of what is computed again for each chunk, what states need; <paramref name="Needed"/>: of the members.</param>
/// <param name="Reached">To each state those that it has a part in within a segment, itself included.</param>
internal sealed record SegmentPlan(
    Group Group,
    ImmutableArray<Equation> States,
    ImmutableDictionary<Tensor, Equation> Starts,
    ImmutableArray<Equation> Sums,
    ImmutableArray<Equation> After,
    ImmutableArray<Equation> Needed,
    ImmutableHashSet<Tensor> Dependent,
    ImmutableArray<Equation> Replayed,
    ImmutableDictionary<Tensor, ImmutableHashSet<Tensor>> Reached)
{
    /// <summary>Numbers that a segment gives for each element are as many as pairs of states: beyond these it costs more than it saves.</summary>
    private const int MostFactors = 9;

    /// <summary>Null if segments cannot run side by side.</summary>
    /// <param name="elements">Of the group.</param>
    /// <param name="isPrivate">Whether nothing outside of the group sees a tensor.</param>
    public static SegmentPlan? Find(Group group, GroupElements elements, Func<Tensor, bool> isPrivate)
    {
        if (group.Members.Any(m => m is not Equation { Accumulate: false })) return null;
        Equation[] members = [.. group.Members.Cast<Equation>()];
        if (members.Any(m => elements.StepAxis(m) < 0)) return null;
        ILookup<Tensor, Equation> writers = members.ToLookup(m => m.Target);
        if (new SegmentReads(group, elements, writers).Carried() is not { IsEmpty: false } carried || carried.Any(t => writers[t].Count() != 1)) return null;

        ILookup<Tensor, Equation> starts = group.Before.ToLookup(e => e.Target);
        if (starts.Any(s => s.Count() != 1 || !carried.Contains(s.Key) || !IsStart(s.Single(), writers[s.Key].Single(), group, elements))) return null;
        HashSet<Tensor> summed = [.. carried.Where(t => !starts[t].Any() && isPrivate(t) && IsSum(writers[t].Single(), members, group, elements))];
        if (AfterSums(group, elements, summed, writers) is not { } after) return null;

        ImmutableArray<Equation> states = [.. members.Where(m => carried.Contains(m.Target) && !summed.Contains(m.Target))];
        if (states.IsEmpty) return null;
        Equation[] replay = [.. group.Chunks?.Replay?.Members.Cast<Equation>() ?? []];
        HashSet<Equation> needed = NeededBy(states, [.. replay, .. members]);
        ImmutableArray<Equation> used = [.. members.Where(needed.Contains)];
        HashSet<Tensor> all = [.. states.Select(s => s.Target)];
        if (used.Any(m => summed.Contains(m.Target) || writers[m.Target].Count() != 1)) return null;
        if (DependentOf(used, all, group, elements, writers) is not { } dependent) return null;
        ImmutableDictionary<Tensor, ImmutableHashSet<Tensor>> reached = Reach(states, used, group, elements);
        return reached.Sum(r => r.Value.Count) > MostFactors ? null : new SegmentPlan(
            group, states, starts.ToImmutableDictionary(s => s.Key, s => s.Single()), [.. members.Where(m => summed.Contains(m.Target))], after,
            used, dependent, [.. replay.Where(needed.Contains)], reached);
    }

    /// <summary>Whether a read is of a state of the step before, or of what depends on one.</summary>
    public bool IsOfStates(LoadScalar load, GroupElements elements) =>
        Dependent.Contains(load.Tensor) || States.Any(s => s.Target == load.Tensor && IsBack(load, elements.StepAxis(s), Group));

    /// <summary>Whether a read is of the step before.</summary>
    public static bool IsBack(LoadScalar load, int axis, Group group) => Structure.AreEqual(load.Indices[axis], Index.Of(group.Step).Plus(-group.Direction));

    private static bool IsStart(Equation start, Equation update, Group group, GroupElements elements)
    {
        int step = elements.StepAxis(update);
        Index before = group.Reversed ? Index.Of(group.Step.Size) : Index.Of(-1);
        return start is { Reduction: null, Accumulate: false } && Structure.AreEqual(start.Left[step], before) && elements.AreSame(update, start, start.Left, step);
    }

    /// <summary>s[t] = s[t-1] + what does not depend on s, with nothing else that reads s.</summary>
    private static bool IsSum(Equation equation, Equation[] members, Group group, GroupElements elements) =>
        equation is { Reduction: null, Guard: null, Body: ApplyScalar { Op: ScalarOp.Add } sum } && sum.Arguments[0] is LoadScalar before
        && before.Tensor == equation.Target && IsBack(before, elements.StepAxis(equation), group)
        && elements.AreSame(equation, equation, before.Indices, elements.StepAxis(equation))
        && !before.Access.Contains(AxisAccess.Padded)
        && members.SelectMany(NodeParts.Loads).Count(l => l.Tensor == equation.Target) == 1;

    /// <summary>What follows from sums once the steps are over; null if that needs more than what the group stores.</summary>
    private static ImmutableArray<Equation>? AfterSums(Group group, GroupElements elements, HashSet<Tensor> sums, ILookup<Tensor, Equation> writers)
    {
        HashSet<Tensor> late = [.. sums];
        var after = ImmutableArray.CreateBuilder<Equation>();
        foreach (Equation equation in group.After)
        {
            Tensor[] read = [.. NodeParts.Loads(equation).Select(l => l.Tensor)];
            if (!read.Any(late.Contains)) continue;
            if (read.Any(t => writers.Contains(t) && !sums.Contains(t))) return null;
            if (writers.Contains(equation.Target) || equation.Accumulate) return null;
            bool isAligned = NodeParts.Loads(equation).Where(l => sums.Contains(l.Tensor)).All(l =>
                writers[l.Tensor].Single() is var sum && elements.AreSame(sum, equation, l.Indices, elements.StepAxis(sum)));
            if (!isAligned) return null;
            late.Add(equation.Target);
            after.Add(equation);
        }

        return after.ToImmutable();
    }

    private static HashSet<Equation> NeededBy(IEnumerable<Equation> states, Equation[] equations)
    {
        ILookup<Tensor, Equation> writers = equations.ToLookup(e => e.Target);
        HashSet<Equation> needed = new(ReferenceComparer.Instance);
        var open = new Stack<Equation>(states);
        while (open.Count > 0)
        {
            Equation next = open.Pop();
            if (!needed.Add(next)) continue;
            foreach (Equation writer in NodeParts.Loads(next).SelectMany(l => writers[l.Tensor])) open.Push(writer);
        }

        return needed;
    }

    /// <summary>Tensors whose values depend on states of earlier steps; null if not linearly, element by element.</summary>
    private static ImmutableHashSet<Tensor>? DependentOf(
        ImmutableArray<Equation> needed, HashSet<Tensor> states, Group group, GroupElements elements, ILookup<Tensor, Equation> writers)
    {
        var dependent = ImmutableHashSet<Tensor>.Empty;
        foreach (Equation equation in needed)
        {
            var linear = new LinearPart(l => IsOfStates(l, dependent, states, group, elements, writers), l => l);
            if (!equation.Scalars().Any(linear.Depends)) continue;
            if (equation.Reduction is not null || linear.Depends(equation.Guard) || linear.Of(equation.Body) is null) return null;
            foreach (LoadScalar load in NodeParts.Loads(equation).Where(l => IsOfStates(l, dependent, states, group, elements, writers)))
            {
                Equation writer = writers[load.Tensor].Single();
                if (!elements.AreSame(writer, equation, load.Indices, elements.StepAxis(writer))) return null;
            }

            dependent = dependent.Add(equation.Target);
        }

        return dependent;
    }

    private static bool IsOfStates(
        LoadScalar load, ImmutableHashSet<Tensor> dependent, HashSet<Tensor> states, Group group, GroupElements elements, ILookup<Tensor, Equation> writers) =>
        dependent.Contains(load.Tensor) || (states.Contains(load.Tensor) && IsBack(load, elements.StepAxis(writers[load.Tensor].Single()), group));

    private static ImmutableDictionary<Tensor, ImmutableHashSet<Tensor>> Reach(
        ImmutableArray<Equation> states, ImmutableArray<Equation> needed, Group group, GroupElements elements)
    {
        Dictionary<Tensor, Equation> updates = states.ToDictionary(s => s.Target);
        var result = ImmutableDictionary.CreateBuilder<Tensor, ImmutableHashSet<Tensor>>();
        foreach (Tensor state in updates.Keys)
        {
            ImmutableHashSet<Tensor> reached = [state];
            for (int before = 0; before != reached.Count;)
            {
                before = reached.Count;
                reached = reached.Union(PartsOf(reached).Intersect(updates.Keys));
            }

            result[state] = reached;
        }

        return result.ToImmutable();

        // What a step makes of these states
        HashSet<Tensor> PartsOf(ImmutableHashSet<Tensor> from)
        {
            var now = new HashSet<Tensor>();
            foreach (Equation equation in needed)
            {
                if (NodeParts.Loads(equation).Any(l => now.Contains(l.Tensor)
                    || (from.Contains(l.Tensor) && IsBack(l, elements.StepAxis(updates[l.Tensor]), group))))
                {
                    now.Add(equation.Target);
                }
            }

            return now;
        }
    }
}
