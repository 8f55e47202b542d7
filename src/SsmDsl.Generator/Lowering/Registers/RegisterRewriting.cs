using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>A kernel's body with some arrays as variables; notes those for which that cannot be.</summary>
/// <param name="arrays">Those that become variables.</param>
/// <param name="lanes">Arrays of which each lane sees its own elements only, with the number of lanes.</param>
internal sealed class RegisterRewriting(ImmutableArray<LocalArray> arrays, ImmutableDictionary<Variable, long> lanes)
{
    private const long MostIterations = 32, MostStatements = 4096;

    private readonly Dictionary<Variable, Variable[]> registers = arrays.ToDictionary(
        a => a.Pointer, a => Enumerable.Range(0, (int)a.Elements).Select(i => new Variable($"{a.Pointer.Hint}{i}", VariableKind.Value, a.Pointer.Element)).ToArray());

    // What is known of variables where the rewriting is: pointers into arrays, positions, new names in a copy of a loop's body
    private readonly Dictionary<Variable, (Variable Array, Place Offset)> pointers =
        arrays.Select(a => a.Pointer).Concat(lanes.Keys).Distinct().ToDictionary(p => p, p => (p, Place.Zero));
    private readonly Dictionary<Variable, Place> positions = [];
    private readonly Dictionary<Variable, Variable> renamed = [];
    private Variable? lane;
    private bool isCopy, isFirst = true;
    private long written;

    public HashSet<LocalArray> Failed { get; } = [];

    public ImmutableArray<Statement> Run(ImmutableArray<Statement> body)
    {
        ImmutableArray<Statement> rest = All(body);
        return [.. registers.Values.SelectMany(r => r).Select(v => new DeclareStatement(v)), .. rest];
    }

    private ImmutableArray<Statement> All(IEnumerable<Statement> statements) => [.. statements.SelectMany(Of)];

    private IEnumerable<Statement> Of(Statement statement)
    {
        written++;
        switch (statement)
        {
            case CommentStatement:
                return isFirst ? [statement] : [];
            case LetStatement l:
                Value value = Of(l.Value);
                return [new LetStatement(Fresh(l.Variable), value)];
            case LetPlaceStatement l:
                PlaceSource source = Of(l.Source);
                if (source is SumSource { Place: var place } && ((place.Terms.IsEmpty && place.Constant.IsConstant) || place.Terms.Any(t => t.Variable == lane)))
                {
                    positions[l.Variable] = place;
                    return [];
                }

                positions.Remove(l.Variable);
                return [new LetPlaceStatement(Fresh(l.Variable), source)];
            case LetPointerStatement l when pointers.TryGetValue(l.Base, out (Variable Array, Place Offset) known):
                pointers[l.Variable] = (known.Array, known.Offset.Plus(Of(l.Offset)));
                return [];
            case LetPointerStatement l:
                Place offset = Of(l.Offset);
                Variable origin = Of(l.Base);
                return [new LetPointerStatement(Fresh(l.Variable), origin, offset)];
            case DeclareStatement d:
                return [new DeclareStatement(Fresh(d.Variable))];
            case AssignStatement a:
                return [new AssignStatement(Of(a.Variable), Of(a.Value))];
            case StoreStatement s:
                Value stored = Of(s.Value);
                (Variable? register, Variable pointer, Place at) = Element(s.Pointer, s.Offset);
                return [register is null ? new StoreStatement(pointer, at, stored) : new AssignStatement(register, stored)];
            case BranchStatement b:
                return [new BranchStatement(Of(b.Condition), All(b.Then), All(b.Else))];
            case CheckStatement c:
                return [c with { Checked = Of(c.Checked), Position = Of(c.Position) }];
            case FaultStatement f:
                return [f with { Position = Of(f.Position) }];
            case LoopStatement { Lanes: { } shape } l:
                Variable counter = Fresh(l.Counter);
                lane = counter;
                ImmutableArray<Statement> body = All(l.Body);
                lane = null;
                var moved = new LaneShape(counter) { Totals = [.. shape.Totals.Select(t => (Of(t.Variable), t.Op))] };
                return [l with { Counter = counter, Body = body, Lanes = moved }];
            case OnceStatement o:
                return [new OnceStatement(All(o.Body))];
            case BarrierStatement:
                return [statement];
            case LoopStatement l:
                return IsWorthUnrolling(l) ? Unrolled(l) : [l with { Counter = Fresh(l.Counter), Body = All(l.Body) }];
            case ChunkLoopStatement c:
                Place first = Of(c.First);
                return [c with { First = first, Counter = Fresh(c.Counter), Body = All(c.Body) }];
            case ClearStatement c when registers.TryGetValue(c.Pointer, out Variable[] cleared):
                return cleared.Select(r => new AssignStatement(r, new ConstantValue(0, r.Element)));
            case ClearStatement c:
                return [c with { Pointer = Of(c.Pointer), Elements = lanes.TryGetValue(c.Pointer, out long count) ? c.Elements / count : c.Elements }];
            case RowsStatement r:
                return [r with { Body = All(r.Body) }];
            default:
                foreach (LocalArray array in arrays) Failed.Add(array);
                return [statement];
        }
    }

    /// <summary>A short loop of a known number of iterations that goes over elements of an array.</summary>
    private bool IsWorthUnrolling(LoopStatement loop) =>
        loop.Size.TryGetConstant(out long size) && size <= MostIterations && written < MostStatements
        && ArrayPlaces.DependOn(loop.Counter, loop.Body, v => pointers.ContainsKey(v));

    private ImmutableArray<Statement> Unrolled(LoopStatement loop)
    {
        loop.Size.TryGetConstant(out long size);
        var result = ImmutableArray.CreateBuilder<Statement>();
        (bool wasCopy, bool wasFirst) = (isCopy, isFirst);
        var names = new Dictionary<Variable, Variable>(renamed);
        for (long i = 0; i < size; i++)
        {
            (isCopy, isFirst) = (true, wasFirst && i == 0);
            positions[loop.Counter] = Place.Of(loop.Reversed ? size - 1 - i : i);
            result.AddRange(All(loop.Body));
        }

        positions.Remove(loop.Counter);
        (isCopy, isFirst) = (wasCopy, wasFirst);
        renamed.Clear();
        foreach (KeyValuePair<Variable, Variable> name in names) renamed[name.Key] = name.Value;
        return result.ToImmutable();
    }

    /// <summary>The variable that an element of an array has become; or null, and where the element is.</summary>
    private (Variable? Register, Variable Pointer, Place Offset) Element(Variable pointer, Place offset)
    {
        if (!pointers.TryGetValue(pointer, out (Variable Array, Place Offset) known)) return (null, Of(pointer), Of(offset));
        Place place = known.Offset.Plus(Of(offset));
        if (lanes.TryGetValue(known.Array, out long count)) place = OfLane(place, count);
        if (!registers.TryGetValue(known.Array, out Variable[] all)) return (null, known.Array, place);
        if (Constant(place) is { } at && at >= 0 && at < all.Length) return (all[at], known.Array, place);
        Failed.Add(arrays.First(a => a.Pointer == known.Array));
        return (all[0], known.Array, place);
    }

    /// <summary>The place in the thread's own array of lane + lanes·place.</summary>
    private Place OfLane(Place place, long count) => new(
        [.. place.Terms.Where(t => t.Variable != lane).Select(t => t with { Factor = Part(t.Factor, count) })], Part(place.Constant, count));

    private static Dim Part(Dim size, long count) =>
        size.TryGetConstant(out long constant) ? constant / count : throw new InvalidOperationException($"{size} elements for {count} lanes");

    private Variable Fresh(Variable variable)
    {
        if (!isCopy) return variable;
        return renamed[variable] = new Variable(variable.Hint, variable.Kind, variable.Element);
    }

    private Variable Of(Variable variable) => renamed.TryGetValue(variable, out Variable other) ? other : variable;

    private Place Of(Place place) => place.Terms.Aggregate(
        Place.Of(place.Constant),
        (sum, term) => sum.Plus((positions.TryGetValue(term.Variable, out Place known) ? known : Place.Of(Of(term.Variable))).Times(term.Factor)));

    private PlaceSource Of(PlaceSource source)
    {
        switch (source)
        {
            case SumSource s:
                return new SumSource(Of(s.Place));
            case ValueSource v:
                return new ValueSource(Of(v.Value));
            case QuotientSource q:
                Place dividend = Of(q.Dividend);
                return Constant(dividend) is { } a ? new SumSource(Place.Of(FloorOf(a, q.Divisor))) : q with { Dividend = dividend };
            case RemainderSource r:
                Place rest = Of(r.Dividend);
                return r.Divisor == 1 ? new SumSource(Place.Zero)
                    : Constant(rest) is { } b ? new SumSource(Place.Of(b - r.Divisor * FloorOf(b, r.Divisor)))
                    : r with { Dividend = rest };
            default:
                throw new NotSupportedException(source.GetType().Name);
        }
    }

    private static long? Constant(Place place) => place.Terms.IsEmpty && place.Constant.TryGetConstant(out long constant) ? constant : null;

    private static long FloorOf(long a, long b) => a >= 0 ? a / b : -((-a + b - 1) / b);

    private Value Of(Value value) => value switch
    {
        VariableValue v => new VariableValue(Of(v.Variable)),
        PlaceValue p when Of(p.Place) is var place => Constant(place) is { } constant ? new ConstantValue(constant, ElementType.Int) : new PlaceValue(place),
        ElementValue e => Element(e.Pointer, e.Offset) is (var register, var pointer, var at) && register is not null ? new VariableValue(register) : new ElementValue(pointer, at),
        OperationValue o => o with { Arguments = [.. o.Arguments.Select(Of)] },
        ChoiceValue c => new ChoiceValue(Of(c.Condition), Of(c.Then), Of(c.Else)),
        InsideValue i => i with { Place = Of(i.Place) },
        DrawValue d => d with { Sequence = d.Sequence is null ? null : Of(d.Sequence), Parts = [.. d.Parts.Select(p => (Of(p.Index), p.Size))] },
        _ => value,
    };
}
