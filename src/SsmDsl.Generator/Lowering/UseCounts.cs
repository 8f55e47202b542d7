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
        foreach (Scalar value in (indices ?? []).SelectMany(ScalarParts.Lookups)) open.Push(value);
        while (open.Count > 0)
        {
            Scalar scalar = open.Pop();
            int number = facts.Of(scalar).Number;
            bool first = !result.counts.TryGetValue(number, out (int Uses, Scalar) entry);
            result.counts[number] = (entry.Uses + 1, scalar);
            if (!first) continue;
            foreach (Scalar part in ScalarParts.Of(scalar)) open.Push(part);
        }

        return result;
    }

    public int this[int number] => counts.TryGetValue(number, out (int Uses, Scalar) entry) ? entry.Uses : 0;

    /// <summary>Scalars used here and elsewhere too.</summary>
    public IEnumerable<Scalar> SharedWith(UseCounts all) =>
        counts.Where(c => c.Value.Uses < all[c.Key]).OrderBy(c => c.Key).Select(c => c.Value.Scalar);
}

/// <summary>The scalars directly below a scalar.</summary>
internal static class ScalarParts
{
    public static IEnumerable<Scalar> Of(Scalar scalar) => scalar switch
    {
        ApplyScalar a => a.Arguments,
        SelectScalar s => [s.Condition, s.Then, s.Else],
        LoadScalar l => l.Indices.SelectMany(Lookups),
        IndexScalar i => Lookups(i.Value),
        DrawScalar d => d.Indices.Select(i => i.Value),
        _ => [],
    };

    /// <summary>What an index looks up.</summary>
    public static IEnumerable<Scalar> Lookups(Index index) => index.Terms.SelectMany(t => t.Atom switch
    {
        LookupAtom l => [l.Value],
        DivAtom d => Lookups(d.Dividend),
        ModAtom m => Lookups(m.Dividend),
        _ => Enumerable.Empty<Scalar>(),
    });

    /// <summary>All loads in a scalar, those that give positions too.</summary>
    public static IEnumerable<LoadScalar> Loads(Scalar? root)
    {
        if (root is null) yield break;
        var seen = new HashSet<object>(ReferenceComparer.Instance);
        var open = new Stack<Scalar>();
        open.Push(root);
        while (open.Count > 0)
        {
            Scalar scalar = open.Pop();
            if (!seen.Add(scalar)) continue;
            if (scalar is LoadScalar load) yield return load;
            foreach (Scalar part in Of(scalar)) open.Push(part);
        }
    }
}
