using SsmDsl.Semantics;

namespace SsmDsl.Expansion;

/// <summary>
/// Decides which prefix axes every slot has: those on which its values depend, directly or through what it reads. What reads
/// no input has no batch axis; what reads no lifted argument is not lifted; what is the same for all copies has no copy axis.
/// Random values differ between all of them.
/// </summary>
internal static class Rates
{
    public static void Decide(DraftModel model)
    {
        var drafts = model.Drafts.Select(d => (Draft: d, Uses: UsesOf(d))).ToList();
        Spread(drafts, (target, source) => Union(source.Excluded, target.Excluded));
        foreach (var (draft, uses) in drafts)
        {
            draft.Target.DependsOn.UnionWith(uses.Copies);
            if (uses.IsRandom) draft.Target.DependsOn.UnionWith(draft.Frame.Scope.Where(a => !draft.Target.Excluded.Contains(a)));
        }

        bool grows = true;
        while (grows)
        {
            grows = false;
            foreach (var (draft, uses) in drafts)
            {
                foreach (View view in uses.Views) grows |= Union(draft.Target.DependsOn, view.Dependences);
            }
        }

        foreach (var (_, slot) in model.Outputs) slot.IsForward = true;
        Spread(drafts, (target, source) =>
        {
            bool isNew = target.IsForward && !source.IsForward;
            source.IsForward |= target.IsForward;
            return isNew;
        });
    }

    /// <summary>Hands a property from slots to those that they read, until nothing changes.</summary>
    private static void Spread(List<(Draft Draft, Uses Uses)> drafts, Func<Slot, Slot, bool> spread)
    {
        bool grows = true;
        while (grows)
        {
            grows = false;
            for (int i = drafts.Count - 1; i >= 0; i--)
            {
                foreach (View view in drafts[i].Uses.Views) grows |= spread(drafts[i].Draft.Target, view.Slot);
            }
        }
    }

    private static bool Union(HashSet<PrefixAxis> set, IEnumerable<PrefixAxis> more)
    {
        int count = set.Count;
        set.UnionWith(more);
        return set.Count > count;
    }

    private sealed record Uses(List<View> Views, List<PrefixAxis> Copies, bool IsRandom);

    private static Uses UsesOf(Draft draft)
    {
        var uses = new Uses([], [], false);
        if (draft is DraftCopy copy)
        {
            uses.Views.Add(copy.Source());
            return uses;
        }

        var equation = (DraftEquation)draft;
        return equation.Left.Append(equation.Value).Aggregate(uses, (u, e) => Add(u, e, draft.Frame));
    }

    private static Uses Add(Uses uses, CheckedExpression expression, Frame frame)
    {
        foreach (CheckedExpression part in expression.All())
        {
            switch (part)
            {
                case ReadExpression read:
                    uses.Views.Add(frame.Find(read.Local));
                    break;
                case IndexExpression index when frame.CopyOf(index.Index) is { } copy:
                    uses.Copies.Add(copy);
                    break;
                case HyperExpression { Parameter: var parameter } when frame.Hyperparameters[parameter] is { Expression: { } value, Frame: { } giver }:
                    uses = Add(uses, value, giver);
                    break;
                case RandomExpression:
                    uses = uses with { IsRandom = true };
                    break;
            }
        }
        return uses;
    }
}
