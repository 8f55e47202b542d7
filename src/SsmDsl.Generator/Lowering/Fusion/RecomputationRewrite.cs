using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering.Fusion;

/// <summary>The two groups of a plan with chunks, checkpoints and what is computed again.</summary>
internal static class RecomputationRewrite
{
    public static (Group First, Group Second) Apply(RecomputationPlan plan, PlacedGroup earlier, PlacedGroup later)
    {
        (Group first, Group second) = (earlier.Group, later.Group);
        Dim count = Dim.Max(1, Dim.Ceil(first.Step.Size, plan.Length));
        var save = new IndexVar("chunk", count);
        var restore = new IndexVar("chunk", count);
        var replayed = new IndexVar(first.Step.Name, first.Step.Size);
        ImmutableDictionary<IndexVar, Index> names = plan.Names.SetItem(first.Step, Index.Of(replayed));
        var substitution = new Substitution(plan.Names.SetItem(save, Index.Of(restore)));
        ImmutableDictionary<Tensor, Tensor> copies = plan.Behind.ToImmutableDictionary(b => b.Key, b => Copy(first, b.Key, b.Value));

        var saves = ImmutableArray.CreateBuilder<Equation>();
        var restores = ImmutableArray.CreateBuilder<Equation>();
        foreach (Tensor tensor in plan.Members.Select(m => m.Target).Distinct().Where(t => plan.Behind[t] > 0))
        {
            Equation kept = Save(plan, earlier, tensor, save);
            saves.Add(kept);
            var read = (LoadScalar)kept.Body;
            restores.Add(new Equation(
                copies[tensor],
                [.. kept.Axes.Select(a => substitution.Apply(Index.Of(a)).AsVariable()!)],
                substitution.Apply(read.Indices),
                null,
                Scalars.Read(kept.Target, substitution.Apply(kept.Left))));
        }

        ImmutableArray<Node> members = [.. plan.Members.Select(m => Retarget(m.Substitute(names)) with { Target = copies[m.Target] })];
        var replay = new Replay(replayed, plan.Behind.Values.Max(), plan.Ahead, members, [.. copies.Values]);
        var rows = new Substitution(plan.Names);
        ImmutableDictionary<Tensor, ImmutableArray<Index?>> shapes = second.Shapes.SetItems(copies.Select(c => new KeyValuePair<Tensor, ImmutableArray<Index?>>(
            c.Value, [.. first.Shapes[c.Key].Select(i => i is null ? null : rows.Apply(i))])));
        return (
            first with { Chunks = new Chunks(save, plan.Length, saves.ToImmutable(), null) },
            second with { Members = second.Members.MapEquations(Retarget), Shapes = shapes, Chunks = new Chunks(restore, plan.Length, restores.ToImmutable(), replay) });

        Equation Retarget(Equation equation) => equation.MapParts(s =>
            s is LoadScalar load && copies.ContainsKey(load.Tensor) ? load with { Tensor = copies[load.Tensor] } : s);
    }

    private static Tensor Copy(Group first, Tensor tensor, int behind)
    {
        int axis = RecomputationPlan.StepAxis(first, tensor);
        TensorAxis along = tensor.Axes[axis];
        return new Tensor(tensor.Name, tensor.Element, tensor.Axes.SetItem(axis, along with { Before = Math.Max(along.Before, behind) }), tensor.Origin);
    }

    /// <summary>checkpoint[rows, chunk, j, …] = state at the j-th place before the chunk, for all that a row holds.</summary>
    private static Equation Save(RecomputationPlan plan, PlacedGroup earlier, Tensor tensor, IndexVar chunk)
    {
        Group group = earlier.Group;
        int behind = plan.Behind[tensor], step = RecomputationPlan.StepAxis(group, tensor);
        IndexVar? back = behind == 1 ? null : new IndexVar("back", behind);
        Index[] place = new Index[tensor.Rank];
        var within = new List<IndexVar>();
        for (int axis = 0; axis < tensor.Rank; axis++)
        {
            if (axis == step) place[axis] = Index.Of(chunk).Times(plan.Length).Plus(back is null ? Index.Of((Dim)0) : Index.Of(back)).Plus(-behind);
            else if (group.Shapes[tensor][axis] is { } canonical) place[axis] = canonical;
            else within.Add(Whole(axis));
        }

        IndexVar[] named = [.. place.SelectMany(p => p.Variables()).Where(v => v != chunk && v != back && !within.Contains(v))];
        ImmutableArray<IndexVar> axes =
        [
            .. named.Where(earlier.Outer.Contains), .. group.Rows, chunk, .. back is null ? [] : new[] { back },
            .. within, .. named.Where(v => v == group.Lane),
        ];
        var checkpoint = new Tensor($"{tensor.Name}.kept", tensor.Element, [.. axes.Select(a => new TensorAxis(a.Size))], tensor.Origin);
        bool isStored = tensor.Axes[step].Before >= behind;
        var read = new LoadScalar(tensor, [.. place], [.. place.Select((_, i) => i == step && !isStored ? AxisAccess.Padded : AxisAccess.InRange)]);
        return new Equation(checkpoint, axes, [.. axes.Select(Index.Of)], null, read, Comment: $"{tensor.Name} at the border of chunks");

        IndexVar Whole(int axis)
        {
            var variable = new IndexVar($"i{axis}", tensor.Axes[axis].Size);
            place[axis] = Index.Of(variable);
            return variable;
        }
    }
}
