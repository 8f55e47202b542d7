using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// A group whose steps run in segments side by side, in three parts: what each segment makes of the states before it
/// (<see cref="SegmentEffects"/>), the states between segments (<see cref="SegmentCarry"/>), and the group itself, each segment from
/// its states. Of one segment only the last part is left.
/// </summary>
/// <param name="Nodes">In order.</param>
/// <param name="Totals">Those of them that add up the sums of segments, with the tensor that these are in.</param>
internal sealed record SegmentedGroup(ImmutableArray<Node> Nodes, ImmutableArray<Equation> Totals)
{
    /// <summary>Null where what goes from step to step has no room in the memory of a group's own.</summary>
    /// <param name="length">Of a segment, in chunks if there are chunks.</param>
    /// <param name="fits">Whether a group has room for tensors of its own.</param>
    public static SegmentedGroup? Of(
        SegmentPlan plan, GroupElements elements, Dim length, Dim count, Func<Tensor, bool> isPrivate, Func<Group, IReadOnlyCollection<Tensor>, bool> fits)
    {
        Group group = plan.Group;
        IEnumerable<Tensor> written = plan.States.Concat(plan.Needed).Concat(plan.Replayed).Select(e => e.Target);
        if (!written.All(group.Shapes.ContainsKey)) return null;
        var effects = new SegmentEffects(plan, elements, length, count);
        var carry = new SegmentCarry(plan, elements, effects, count, isPrivate);
        ImmutableArray<Node> between = carry.Groups();
        CarriedStates states = CarriedStates.Of(group, elements, plan.States.Select(s => s.Target), isPrivate);

        var number = new IndexVar("segment", count);
        var first = new IndexVar("first", group.Step.Size);
        var last = new IndexVar("last", group.Step.Size);
        ImmutableArray<Equation> enter = [.. plan.States.Select(s => Entered(s, states.Places[s.Target], carry.After[s.Target]))];
        Dictionary<Tensor, Equation> leave = plan.Sums.ToDictionary(s => s.Target, Left);
        Group main = states.Group with
        {
            Rows = group.Rows.Insert(0, number),
            After = [.. group.After.Where(e => !plan.After.Contains(e))],
            Segment = new Segment(number, count, length, first, last, enter, [.. leave.Values], IsAlone: false),
        };
        if (!fits(effects.Group, effects.Own) || !fits(main, [.. states.Own, .. plan.Sums.Select(s => s.Target)])) return null;
        var totals = new SegmentTotals(plan, elements, leave.ToDictionary(l => l.Key, l => l.Value.Target), count);
        ImmutableArray<Equation> after = totals.Equations();
        return new SegmentedGroup([effects.Group, .. between, main, .. after], totals.Plain);

        Equation Entered(Equation state, Tensor place, Tensor carried)
        {
            ImmutableArray<IndexVar> own = elements.Of(state);
            ImmutableArray<Index> at = [Index.Of(number).Plus(-1), .. own.Select(Index.Of)];
            return new Equation(
                place, own, state.Left.SetItem(elements.StepAxis(state), Index.Of(first).Plus(-group.Direction)), null,
                Scalars.Read(carried, at), Comment: $"{state.Target.Name} before the segment");
        }

        Equation Left(Equation sum)
        {
            ImmutableArray<IndexVar> axes = elements.Of(sum).Insert(0, number);
            var target = new Tensor($"{sum.Target.Name}.segment", sum.Target.Element, [.. axes.Select(a => new TensorAxis(a.Size))], sum.Target.Origin);
            ImmutableArray<Index> at = sum.Left.SetItem(elements.StepAxis(sum), Index.Of(last));
            return new Equation(target, axes, [.. axes.Select(Index.Of)], null, Scalars.Read(sum.Target, at));
        }
    }
}
