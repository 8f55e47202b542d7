using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Where in memory the loads and stores of a kernel are: pointers and sums of positions are resolved, so that one place has one form
/// whatever it is called, and places that never meet can be told.
/// </summary>
internal sealed class MemoryPlaces
{
    // Where pointers come from: tensors and arrays never overlap each other.
    private readonly Dictionary<Variable, MemoryPlace> pointers = [];
    private readonly Dictionary<Variable, Place> sums = [];
    private readonly Dictionary<Variable, (Place Dividend, long Divisor)> remainders = [];
    private readonly Dictionary<Variable, (long Low, long High)> ranges = [];

    public MemoryPlaces(Kernel kernel)
    {
        foreach (TensorArgument argument in kernel.Tensors) pointers[argument.Pointer] = new MemoryPlace(argument.Tensor, argument.Start);
        Find(kernel.Body);
    }

    public MemoryPlace Of(Variable pointer, Place offset)
    {
        MemoryPlace start = Of(pointer);
        return start with { Place = start.Place.Plus(Resolved(offset)) };
    }

    public MemoryPlace Of(Variable pointer) => pointers.TryGetValue(pointer, out MemoryPlace? known) ? known : new MemoryPlace(pointer, Place.Zero);

    /// <summary>Whether two places of one tensor or array differ, whatever the counters are that they do not share.</summary>
    public bool AreApart(Place a, Place b)
    {
        Place distance = a.Plus(b.Times(-1));
        long gap = 0;

        // Two places of a ring: at least one whole place between them, in which all else stays.
        foreach (PlaceTerm term in distance.Terms)
        {
            if (!IsPlaceOfRing(term, out (Place Dividend, long Divisor) ring, out long size)) continue;
            foreach (PlaceTerm other in distance.Terms)
            {
                if (!IsPlaceOfRing(other, out (Place Dividend, long Divisor) next, out long minus) || minus != -size || next.Divisor != ring.Divisor) continue;
                Place steps = ring.Dividend.Plus(next.Dividend.Times(-1));
                if (!steps.Terms.IsEmpty || !steps.Constant.TryGetConstant(out long ahead) || ahead % ring.Divisor == 0) continue;
                gap = Math.Abs(size);
                distance = distance with { Terms = distance.Terms.Remove(term).Remove(other) };
                break;
            }

            if (gap > 0) break;
        }

        if (!distance.Constant.TryGetConstant(out long low)) return false;
        long high = low;
        foreach (PlaceTerm term in distance.Terms)
        {
            if (!term.Factor.TryGetConstant(out long factor) || !ranges.TryGetValue(term.Variable, out (long Low, long High) range)) return false;
            low += factor > 0 ? factor * range.Low : factor * range.High;
            high += factor > 0 ? factor * range.High : factor * range.Low;
        }

        return gap > 0 ? low > -gap && high < gap : low > 0 || high < 0;
    }

    private bool IsPlaceOfRing(PlaceTerm term, out (Place Dividend, long Divisor) ring, out long size)
    {
        size = 0;
        return remainders.TryGetValue(term.Variable, out ring) && term.Factor.TryGetConstant(out size);
    }

    private void Find(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            switch (statement)
            {
                case LetPointerStatement l:
                    pointers[l.Variable] = Of(l.Base, l.Offset);
                    break;
                case LetPlaceStatement { Source: SumSource sum } l:
                    sums[l.Variable] = Resolved(sum.Place);
                    break;
                case LetPlaceStatement { Source: RemainderSource remainder } l:
                    FindRemainder(l.Variable, Resolved(remainder.Dividend), remainder.Divisor);
                    break;
                case LoopStatement { Size: var size } l when size.TryGetConstant(out long count):
                    ranges[l.Counter] = (0, count - 1);
                    break;
            }

            Find(statement.Inner());
        }
    }

    private void FindRemainder(Variable variable, Place dividend, long divisor)
    {
        foreach (KeyValuePair<Variable, (Place Dividend, long Divisor)> known in remainders)
        {
            if (known.Value.Divisor != divisor || !AreOne(known.Value.Dividend, dividend)) continue;
            sums[variable] = Place.Of(known.Key);
            return;
        }

        remainders[variable] = (dividend, divisor);
        ranges[variable] = (0, divisor - 1);
    }

    private Place Resolved(Place place) => place.Terms.Aggregate(
        Place.Of(place.Constant), (sum, term) => sum.Plus(sums.TryGetValue(term.Variable, out Place? known) ? known.Times(term.Factor) : new Place([term], 0)));

    public static bool AreOne(Place a, Place b) =>
        a.Constant.Equals(b.Constant) && a.Terms.Length == b.Terms.Length && a.Terms.All(b.Terms.Contains);
}

/// <param name="Origin">The tensor, or the pointer of an array of the kernel's own.</param>
/// <param name="Place">In elements from its start.</param>
internal sealed record MemoryPlace(object Origin, Place Place);
