using System.Collections.Immutable;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Reads a place of memory once where a block of statements reads it several times, and not at all where the block has just
/// written it: until something is written to the same tensor, its value stays in a variable.
/// </summary>
internal sealed class SharedLoads
{
    private readonly MemoryPlaces places;

    // Variables that do not keep the value that they are declared with.
    private readonly HashSet<Variable> assigned;

    private SharedLoads(Kernel kernel)
    {
        places = new MemoryPlaces(kernel);
        assigned = [.. Assigned(kernel.Body)];
    }

    public static Kernel Run(Kernel kernel)
    {
        var loads = new SharedLoads(kernel);
        RowsStatement? items = kernel.Items;
        var body = ImmutableArray.CreateBuilder<Statement>();
        foreach (Statement statement in loads.Of(kernel.Body))
        {
            if (statement is RowsStatement rows && kernel.Items is { } all && rows.Axes == all.Axes) items = rows;
            body.Add(statement);
        }

        return kernel with { Items = items, Body = body.ToImmutable() };
    }

    private string NameOf(Variable pointer) => places.Of(pointer).Origin switch
    {
        Tensor tensor => tensor.Name,
        Variable array => array.Hint,
        _ => pointer.Hint,
    };

    private ImmutableArray<Statement> Of(ImmutableArray<Statement> statements)
    {
        Dictionary<Load, int> uses = Uses(statements);
        var result = ImmutableArray.CreateBuilder<Statement>();
        var versions = new Versions(places);
        var known = new Dictionary<Load, Variable>();
        foreach (Statement statement in statements)
        {
            foreach ((ElementValue element, bool isCertain) in Loads(statement))
            {
                Load load = versions.Of(element);
                if (!isCertain || known.ContainsKey(load) || uses[load] < 2) continue;
                var variable = new Variable(NameOf(element.Pointer), VariableKind.Value, element.Type);
                result.Add(new LetStatement(variable, element));
                known[load] = variable;
            }

            Statement rewritten = Rewritten(statement, e => known.TryGetValue(versions.Of(e), out Variable variable) ? new VariableValue(variable) : e);
            versions.Pass(statement);
            if (rewritten is not StoreStatement store || store.Value.Type != store.Pointer.Element)
            {
                result.Add(rewritten);
                continue;
            }

            // What it writes is known from now on.
            Load written = versions.Of(store.Pointer, store.Offset);
            if (store.Value is not VariableValue { Variable: var value } || assigned.Contains(value))
            {
                if (!uses.ContainsKey(written))
                {
                    result.Add(store);
                    continue;
                }

                value = new Variable(NameOf(store.Pointer), VariableKind.Value, store.Pointer.Element);
                result.Add(new LetStatement(value, store.Value));
            }

            result.Add(store with { Value = new VariableValue(value) });
            known[written] = value;
        }

        return result.ToImmutable();
    }

    /// <summary>How often each load comes about, branches not counted that may not be taken.</summary>
    private Dictionary<Load, int> Uses(ImmutableArray<Statement> statements)
    {
        var uses = new Dictionary<Load, int>();
        var versions = new Versions(places);
        foreach (Statement statement in statements)
        {
            foreach ((ElementValue element, bool isCertain) in Loads(statement).Where(l => l.IsCertain))
            {
                Load load = versions.Of(element);
                uses[load] = uses.TryGetValue(load, out int count) ? count + 1 : 1;
            }

            versions.Pass(statement);
        }

        return uses;
    }

    /// <summary>Loads of a statement itself, not of blocks in it.</summary>
    private static IEnumerable<(ElementValue Element, bool IsCertain)> Loads(Statement statement) => statement switch
    {
        LetStatement l => Loads(l.Value, true),
        AssignStatement a => Loads(a.Value, true),
        StoreStatement s => Loads(s.Value, true),
        BranchStatement b => Loads(b.Condition, true),
        _ => [],
    };

    private static IEnumerable<(ElementValue Element, bool IsCertain)> Loads(Value value, bool isCertain) => value switch
    {
        ElementValue e => [(e, isCertain)],
        OperationValue { Op: ScalarOp.And or ScalarOp.Or } o => o.Arguments.SelectMany((a, i) => Loads(a, isCertain && i == 0)),
        OperationValue o => o.Arguments.SelectMany(a => Loads(a, isCertain)),
        ChoiceValue c => [.. Loads(c.Condition, isCertain), .. Loads(c.Then, false), .. Loads(c.Else, false)],
        _ => [],
    };

    private Statement Rewritten(Statement statement, Func<ElementValue, Value> map) => statement switch
    {
        LetStatement l => l with { Value = Rewritten(l.Value, map) },
        AssignStatement a => a with { Value = Rewritten(a.Value, map) },
        StoreStatement s => s with { Value = Rewritten(s.Value, map) },
        BranchStatement b => new BranchStatement(Rewritten(b.Condition, map), Of(b.Then), Of(b.Else)),
        LoopStatement l => l with { Body = Of(l.Body) },
        ChunkLoopStatement c => c with { Body = Of(c.Body) },
        RowsStatement r => r with { Body = Of(r.Body) },
        _ => statement,
    };

    private static Value Rewritten(Value value, Func<ElementValue, Value> map) => value switch
    {
        ElementValue e => map(e),
        OperationValue o => o with { Arguments = [.. o.Arguments.Select(a => Rewritten(a, map))] },
        ChoiceValue c => new ChoiceValue(Rewritten(c.Condition, map), Rewritten(c.Then, map), Rewritten(c.Else, map)),
        _ => value,
    };

    private static IEnumerable<Variable> Assigned(IEnumerable<Statement> statements) =>
        statements.SelectMany(s => s is AssignStatement a ? [a.Variable] : Assigned(s.Inner()));

    /// <summary>An element of memory as it is between two writes to it.</summary>
    private readonly struct Load(MemoryPlace place, int version) : IEquatable<Load>
    {
        private readonly MemoryPlace place = place;
        private readonly int version = version;

        public bool Equals(Load other) =>
            place.Origin == other.place.Origin && version == other.version && MemoryPlaces.AreOne(place.Place, other.place.Place);

        public override bool Equals(object? other) => other is Load load && Equals(load);

        public override int GetHashCode() => place.Origin.GetHashCode() ^ (version * 31) ^ (place.Place.Terms.Length * 1009);
    }

    /// <summary>What has been written, and so how often each element may have been.</summary>
    private sealed class Versions(MemoryPlaces places)
    {
        // Of each tensor or array the places; null: anywhere in it.
        private readonly Dictionary<object, List<Place?>> written = [];

        public Load Of(ElementValue element) => Of(element.Pointer, element.Offset);

        public Load Of(Variable pointer, Place offset)
        {
            MemoryPlace place = places.Of(pointer, offset);
            int version = written.TryGetValue(place.Origin, out List<Place?>? stores) ? stores.Count(s => s is null || !places.AreApart(s, place.Place)) : 0;
            return new Load(place, version);
        }

        public void Pass(Statement statement)
        {
            switch (statement)
            {
                case StoreStatement s:
                    MemoryPlace place = places.Of(s.Pointer, s.Offset);
                    Add(place.Origin, place.Place);
                    break;
                case ClearStatement c:
                    Add(places.Of(c.Pointer).Origin, null);
                    break;
                case ProductStatement p:
                    Add(places.Of(p.Target.Pointer).Origin, null);
                    break;
            }

            foreach (Statement inner in statement.Inner()) Pass(inner);
        }

        private void Add(object origin, Place? place)
        {
            if (!written.TryGetValue(origin, out List<Place?>? stores)) written[origin] = stores = [];
            stores.Add(place);
        }
    }
}
