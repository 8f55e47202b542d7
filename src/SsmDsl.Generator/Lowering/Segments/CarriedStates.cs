using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Lowering.Fusion;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>
/// Gives states that others see, or that are not simply replaced at each step, a place in the group's own memory for what goes on to
/// the next step: it can be set where a segment begins, and no other segment sees it.
/// </summary>
/// <param name="Group">With these places.</param>
/// <param name="Places">The place of each state, itself if it needs no other.</param>
/// <param name="Own">All tensors that must lie in memory of the group's own.</param>
internal sealed record CarriedStates(Group Group, ImmutableDictionary<Tensor, Tensor> Places, ImmutableArray<Tensor> Own)
{
    /// <param name="isPrivate">Whether nothing outside of the group sees a tensor.</param>
    public static CarriedStates Of(Group group, GroupElements elements, IEnumerable<Tensor> states, Func<Tensor, bool> isPrivate)
    {
        var places = ImmutableDictionary.CreateBuilder<Tensor, Tensor>();
        var own = ImmutableArray.CreateBuilder<Tensor>();
        foreach (Tensor state in states)
        {
            Equation update = group.Members.Cast<Equation>().Single(m => m.Target == state);
            int axis = elements.StepAxis(update);
            if (isPrivate(state) && StepRing.Of(group, state, axis) == 1)
            {
                places[state] = state;
                own.Add(state);
                continue;
            }

            Tensor now = isPrivate(state) ? state : Copy(state, "now"), before = Copy(state, "before");
            group = With(group, elements, update, axis, now, before);
            places[state] = before;
            own.Add(now);
            own.Add(before);
        }

        return new CarriedStates(group, places.ToImmutable(), own.ToImmutable());
    }

    public static Tensor Copy(Tensor tensor, string suffix) => new($"{tensor.Name}.{suffix}", tensor.Element, tensor.Axes, tensor.Origin);

    /// <summary>target[at] = source[at], for all elements of an equation.</summary>
    public static Equation Moved(Tensor source, Tensor target, ImmutableArray<IndexVar> axes, ImmutableArray<Index> at, string? comment = null) =>
        new(target, axes, at, null, Scalars.Read(source, at), Comment: comment);

    private static Group With(Group group, GroupElements elements, Equation update, int axis, Tensor now, Tensor before)
    {
        Tensor state = update.Target;
        var members = ImmutableArray.CreateBuilder<Node>();
        foreach (Equation member in group.Members.Cast<Equation>())
        {
            Equation reading = member.MapParts(s => s is LoadScalar l && l.Tensor == state ? l with { Tensor = SegmentPlan.IsBack(l, axis, group) ? before : now } : s);
            members.Add(ReferenceEquals(member, update) ? reading with { Target = now } : reading);
            if (ReferenceEquals(member, update) && now != state) members.Add(Moved(now, state, update.Axes, update.Left));
        }

        members.Add(Moved(now, before, update.Axes, update.Left, $"{state.Name} for the next step"));
        ImmutableArray<Index?> shape = group.Shapes[state];
        return group with
        {
            Before = [.. group.Before, .. Start(group, elements, update, axis, now != state, before)],
            Members = members.ToImmutable(),
            Shapes = group.Shapes.SetItem(now, shape).SetItem(before, shape),
            Chunks = group.Chunks is not { } chunks ? null : chunks with
            {
                Enter = [.. chunks.Enter.Select(e => e.MapParts(s => s is LoadScalar l && l.Tensor == state ? l with { Tensor = before } : s))],
            },
        };
    }

    /// <summary>What is before the first step: given within the group, or by others in a place of the tensor.</summary>
    private static IEnumerable<Equation> Start(Group group, GroupElements elements, Equation update, int axis, bool isSeen, Tensor before)
    {
        Equation[] starts = [.. group.Before.Where(e => e.Target == update.Target)];
        if (starts.Length > 0) return starts.Select(e => e with { Target = before, Comment = null });
        if (!isSeen || !HasStart(update.Target, axis, group)) return [];
        return [Moved(update.Target, before, elements.Of(update), update.Left.SetItem(axis, StartOf(group)))];
    }

    /// <summary>The place before the first step.</summary>
    public static Index StartOf(Group group) => Index.Of(group.Reversed ? group.Step.Size : -1);

    /// <summary>Whether there is a place before the first step.</summary>
    public static bool HasStart(Tensor tensor, int axis, Group group) => (group.Reversed ? tensor.Axes[axis].After : tensor.Axes[axis].Before) > 0;
}
