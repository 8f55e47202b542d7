namespace SsmDsl.Ir;

/// <summary>What stands in an expression, and expressions with parts replaced.</summary>
public static class ScalarWalk
{
    /// <summary>The direct parts, those inside of positions included.</summary>
    public static IEnumerable<Scalar> Parts(this Scalar scalar) => scalar switch
    {
        IndexScalar i => i.Value.Lookups(),
        LoadScalar l => l.Indices.SelectMany(Lookups),
        ApplyScalar a => a.Arguments,
        SelectScalar s => [s.Condition, s.Then, s.Else],
        DrawScalar d => d.Indices.Select(i => i.Value).Concat(d.Sequence?.Lookups() ?? []),
        _ => [],
    };

    /// <summary>The values that are looked up in an index.</summary>
    public static IEnumerable<Scalar> Lookups(this Index index) => index.Terms.SelectMany(t => t.Atom switch
    {
        LookupAtom l => [l.Value],
        DivAtom d => d.Dividend.Lookups(),
        ModAtom m => m.Dividend.Lookups(),
        _ => Enumerable.Empty<Scalar>(),
    });

    /// <summary>The expression and everything in it.</summary>
    public static IEnumerable<Scalar> All(this Scalar scalar)
    {
        var open = new Stack<Scalar>();
        open.Push(scalar);
        while (open.Count > 0)
        {
            Scalar next = open.Pop();
            yield return next;
            foreach (Scalar part in next.Parts()) open.Push(part);
        }
    }

    public static IEnumerable<LoadScalar> Loads(this Scalar scalar) => scalar.All().OfType<LoadScalar>();

    /// <summary>All index variables in it (the batch of draws included), with repetitions.</summary>
    public static IEnumerable<IndexVar> Variables(this Scalar scalar) => scalar.All().SelectMany(s => s switch
    {
        IndexScalar i => i.Value.OwnVariables(),
        LoadScalar l => l.Indices.SelectMany(OwnVariables),
        DrawScalar { Sequence: { } sequence } => sequence.OwnVariables(),
        _ => Enumerable.Empty<IndexVar>(),
    });

    public static IEnumerable<IndexVar> Variables(this Index index) =>
        index.OwnVariables().Concat(index.Lookups().SelectMany(Variables));

    /// <summary>Replaces parts bottom up; <paramref name="replace"/> sees a node whose parts have been replaced already.</summary>
    public static Scalar Map(this Scalar scalar, Func<Scalar, Scalar> replace)
    {
        Stack<ApplyScalar> chain = scalar.LeftChain();
        Scalar mapped = replace((chain.Count == 0 ? scalar : chain.Peek().Arguments[0]).MapBelow(replace));
        while (chain.Count > 0)
        {
            ApplyScalar next = chain.Pop();
            mapped = replace(next with { Arguments = [mapped, .. next.Arguments.Skip(1).Select(a => a.Map(replace))] });
        }

        return mapped;
    }

    /// <summary>The expression and its first arguments down to what is no operation, the last of them on top: chains of operators
    /// lean to the left and may be long, too long to be gone down by calls.</summary>
    public static Stack<ApplyScalar> LeftChain(this Scalar scalar)
    {
        var chain = new Stack<ApplyScalar>();
        for (Scalar first = scalar; first is ApplyScalar a; first = a.Arguments[0]) chain.Push(a);
        return chain;
    }

    private static Scalar MapBelow(this Scalar scalar, Func<Scalar, Scalar> replace) => scalar switch
    {
        IndexScalar i => i with { Value = i.Value.MapLookups(replace) },
        LoadScalar l => l with { Indices = [.. l.Indices.Select(i => i.MapLookups(replace))] },
        SelectScalar s => new SelectScalar(s.Condition.Map(replace), s.Then.Map(replace), s.Else.Map(replace)),
        DrawScalar d => d with
        {
            Sequence = d.Sequence?.MapLookups(replace),
            Indices = [.. d.Indices.Select(i => i with { Value = i.Value.Map(replace) })],
        },
        _ => scalar,
    };

    public static Index MapLookups(this Index index, Func<Scalar, Scalar> replace) =>
        !index.HasLookup() ? index : new Index([.. index.Terms.Select(t => t with
        {
            Atom = t.Atom switch
            {
                LookupAtom l => new LookupAtom(l.Value.Map(replace)),
                DivAtom d => d with { Dividend = d.Dividend.MapLookups(replace) },
                ModAtom m => m with { Dividend = m.Dividend.MapLookups(replace) },
                var atom => atom,
            },
        })], index.Constant);

    /// <summary>Those outside of what is looked up.</summary>
    public static IEnumerable<IndexVar> OwnVariables(this Index index) => index.Terms.SelectMany(t => t.Atom switch
    {
        VariableAtom v => [v.Variable],
        DivAtom d => d.Dividend.OwnVariables(),
        ModAtom m => m.Dividend.OwnVariables(),
        _ => Enumerable.Empty<IndexVar>(),
    });
}
