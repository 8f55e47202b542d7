using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>Groups that go through the segments and give the states after each of them but the last.</summary>
internal sealed class SegmentCarry(SegmentPlan plan, GroupElements elements, SegmentEffects effects, Dim count, Func<Tensor, bool> isPrivate)
{
    /// <summary>Of each state: [segment, elements].</summary>
    public Dictionary<Tensor, Tensor> After { get; } = [];

    public ImmutableArray<Node> Groups()
    {
        var groups = ImmutableArray.CreateBuilder<Node>();
        var left = plan.States.ToList();
        while (left.Count > 0)
        {
            HashSet<Tensor> together = [left[0].Target];
            for (int before = 0; before != together.Count;)
            {
                before = together.Count;
                foreach (KeyValuePair<Tensor, ImmutableHashSet<Tensor>> reached in plan.Reached.Where(r => together.Contains(r.Key) || together.Overlaps(r.Value)).ToArray())
                    together.UnionWith(reached.Value.Add(reached.Key));
            }

            groups.Add(Of([.. left.Where(s => together.Contains(s.Target))]));
            left.RemoveAll(s => together.Contains(s.Target));
        }

        return groups.ToImmutable();
    }

    /// <summary>Of states that depend on each other.</summary>
    private Group Of(Equation[] states)
    {
        var step = new IndexVar("segment", count - 1);
        ImmutableArray<IndexVar> rows = [.. elements.Of(states[0]).Select(v => new IndexVar(v.Name, v.Size))], axes = rows.Insert(0, step);
        ImmutableArray<Index> here = [.. axes.Select(Index.Of)];
        Dictionary<Tensor, Tensor> running = states.ToDictionary(s => s.Target, s => New(s, "running", before: 1));
        foreach (Equation state in states) After[state.Target] = New(state, "carried", before: 0);

        // One segment alone leaves no rows, and nothing is launched.
        var several = new IndexVar("several", Dim.Min(1, count - 1));
        var group = new Group(
            step, false, rows.Insert(0, several), null,
            [.. states.Select(s => new Equation(running[s.Target], rows, here.SetItem(0, Index.Of(-1)), null, StartOf(s)))],
            [.. states.Select(Next), .. states.Select(s => CarriedStates.Moved(running[s.Target], After[s.Target], axes, here))],
            [],
            running.Values.ToImmutableDictionary(r => r, _ => here.Select(i => (Index?)i).ToImmutableArray()));
        return CarriedStates.Of(group, new GroupElements(group, []), running.Values, _ => true).Group;

        Tensor New(Equation state, string name, int before) =>
            new($"{state.Target.Name}.{name}", state.Target.Element, [.. axes.Select((a, i) => new TensorAxis(a.Size, i == 0 ? before : 0))], state.Target.Origin);

        Node Next(Equation state) => new Equation(
            running[state.Target], axes, here, null,
            states.Where(f => plan.Reached[f.Target].Contains(state.Target)).Aggregate(
                (Scalar)Scalars.Read(effects.Given[state.Target], here),
                (sum, from) => Scalars.Add(sum, Grown(
                    effects.Factors[(state.Target, from.Target)], Scalars.Read(running[from.Target], here.SetItem(0, Index.Of(step).Plus(-1)))))),
            Comment: $"{state.Target.Name} after the segment");

        // A factor of coefficients beyond 1 may be infinite; from 0 nothing grows.
        Scalar Grown(Tensor factor, Scalar before) => Scalars.Select(
            Scalars.Compare(ScalarOp.Equal, before, Scalars.Zero(before.Type)), Scalars.Zero(before.Type), Scalars.Multiply(Scalars.Read(factor, here), before));

        Scalar StartOf(Equation state)
        {
            int axis = elements.StepAxis(state);
            if (plan.Starts.TryGetValue(state.Target, out Equation? start)) return Renaming(start).Apply(start.SelectedBody());
            if (isPrivate(state.Target) || !CarriedStates.HasStart(state.Target, axis, plan.Group)) return Scalars.Zero(state.Target.Element);
            return Scalars.Read(state.Target, Renaming(state).Apply(state.Left.SetItem(axis, CarriedStates.StartOf(plan.Group))));
        }

        Substitution Renaming(Equation equation) => Substitution.Renaming(elements.Of(equation).Zip(rows, (from, to) => (from, to)));
    }
}
