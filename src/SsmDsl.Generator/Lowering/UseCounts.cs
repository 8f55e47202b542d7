using SsmDsl.Ir;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

/// <summary>How often each scalar of an equation is used, equal ones counted together.</summary>
internal sealed class UseCounts
{
    public static readonly UseCounts None = new();
    private readonly Dictionary<int, (int Uses, Scalar Scalar)> counts = [];

    private UseCounts()
    {
    }

    public static UseCounts Of(ScalarFacts facts, IEnumerable<Scalar?> roots, IEnumerable<Index>? indices = null)
    {
        var result = new UseCounts();
        var open = new Stack<Scalar>();
        foreach (Scalar root in roots.OfType<Scalar>()) open.Push(root);
        foreach (Scalar value in (indices ?? []).SelectMany(i => i.Lookups())) open.Push(value);
        while (open.Count > 0)
        {
            Scalar scalar = open.Pop();
            int number = facts.Of(scalar).Number;
            bool first = !result.counts.TryGetValue(number, out (int Uses, Scalar) entry);
            result.counts[number] = (entry.Uses + 1, scalar);
            if (!first) continue;
            foreach (Scalar part in scalar.Parts()) open.Push(part);
        }

        return result;
    }

    public int this[int number] => counts.TryGetValue(number, out (int Uses, Scalar) entry) ? entry.Uses : 0;

    /// <summary>Scalars used here and elsewhere too.</summary>
    public IEnumerable<Scalar> SharedWith(UseCounts all) =>
        counts.Where(c => c.Value.Uses < all[c.Key]).OrderBy(c => c.Key).Select(c => c.Value.Scalar);
}
