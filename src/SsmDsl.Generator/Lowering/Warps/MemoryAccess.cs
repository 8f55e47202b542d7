using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>A read or write of memory in a kernel.</summary>
/// <param name="Pointer">To the whole: of an argument, or of an array of the kernel's own.</param>
/// <param name="Place">From there on; null where a part of it is not known as a sum.</param>
/// <param name="Lanes">The loop around it that runs in lanes, or null.</param>
internal sealed record MemoryAccess(Variable Pointer, Place? Place, LoopStatement? Lanes, bool IsStore)
{
    public static IReadOnlyList<MemoryAccess> Of(ImmutableArray<Statement> statements, IReadOnlyDictionary<Variable, (Variable, Place?)>? known = null)
    {
        var walk = new Walk();
        foreach (KeyValuePair<Variable, (Variable, Place?)> pointer in known ?? new Dictionary<Variable, (Variable, Place?)>()) walk.Pointers[pointer.Key] = pointer.Value;
        walk.All(statements);
        return walk.Found;
    }

    /// <summary>What pointers within the statements point to.</summary>
    public static IReadOnlyDictionary<Variable, (Variable, Place?)> PointersOf(ImmutableArray<Statement> statements)
    {
        var walk = new Walk();
        walk.All(statements);
        return walk.Pointers;
    }

    private sealed class Walk
    {
        private readonly Dictionary<Variable, Place> sums = [];
        private readonly HashSet<Variable> obscure = [];
        private LoopStatement? lanes;

        public List<MemoryAccess> Found { get; } = [];

        public Dictionary<Variable, (Variable Pointer, Place? Place)> Pointers { get; } = [];

        public void All(IEnumerable<Statement> statements)
        {
            foreach (Statement statement in statements) One(statement);
        }

        private void One(Statement statement)
        {
            switch (statement)
            {
                case LetStatement l:
                    Read(l.Value);
                    break;
                case LetPlaceStatement l:
                    if (l.Source is SumSource s && Known(s.Place) is { } sum) sums[l.Variable] = sum;
                    else if (DependsOnLane(l.Source)) obscure.Add(l.Variable);
                    if (l.Source is ValueSource v) Read(v.Value);
                    break;
                case LetPointerStatement l:
                    Pointers[l.Variable] = Resolved(l.Base, l.Offset);
                    break;
                case AssignStatement a:
                    Read(a.Value);
                    break;
                case StoreStatement store:
                    Read(store.Value);
                    Add(store.Pointer, store.Offset, isStore: true);
                    break;
                case BranchStatement b:
                    Read(b.Condition);
                    All(b.Then);
                    All(b.Else);
                    break;
                case LoopStatement { Lanes: not null } l:
                    lanes = l;
                    All(l.Body);
                    lanes = null;
                    break;
                case LoopStatement l:
                    All(l.Body);
                    break;
                case ChunkLoopStatement c:
                    All(c.Body);
                    break;
                case RowsStatement r:
                    All(r.Body);
                    break;
                case OnceStatement o:
                    All(o.Body);
                    break;
                case ClearStatement c when lanes is null:
                    // All of it is written, by each thread that has it.
                    break;
                case ClearStatement c:
                    Found.Add(new MemoryAccess(Resolved(c.Pointer, Place.Zero).Item1, null, lanes, true));
                    break;
            }
        }

        private bool DependsOnLane(PlaceSource source) => lanes is not null && source switch
        {
            QuotientSource q => Moves(q.Dividend),
            RemainderSource r => Moves(r.Dividend),
            SumSource s => Moves(s.Place),
            _ => true,
        };

        private bool Moves(Place place) => Known(place) is not { } known || known.Terms.Any(t => t.Variable == lanes!.Counter);

        private void Add(Variable pointer, Place offset, bool isStore)
        {
            (Variable whole, Place? place) = Resolved(pointer, offset);
            Found.Add(new MemoryAccess(whole, place, lanes, isStore));
        }

        private (Variable, Place?) Resolved(Variable pointer, Place offset)
        {
            Place? known = Known(offset);
            if (!Pointers.TryGetValue(pointer, out (Variable Pointer, Place? Place) origin)) return (pointer, known);
            return (origin.Pointer, known is null || origin.Place is null ? null : origin.Place.Plus(known));
        }

        private Place? Known(Place place) => place.Terms.Any(t => obscure.Contains(t.Variable)) ? null : place.Terms.Aggregate(
            Place.Of(place.Constant), (sum, t) => sum.Plus((sums.TryGetValue(t.Variable, out Place known) ? known : Place.Of(t.Variable)).Times(t.Factor)));

        private void Read(Value value)
        {
            switch (value)
            {
                case ElementValue e:
                    Add(e.Pointer, e.Offset, isStore: false);
                    break;
                case OperationValue o:
                    foreach (Value argument in o.Arguments) Read(argument);
                    break;
                case ChoiceValue c:
                    Read(c.Condition);
                    Read(c.Then);
                    Read(c.Else);
                    break;
                case DrawValue d:
                    foreach ((Value part, _) in d.Parts) Read(part);
                    break;
            }
        }
    }
}
