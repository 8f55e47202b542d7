using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>A kernel's body with some arrays as variables; notes those for which that cannot be.</summary>
internal sealed class RegisterRewriting(ImmutableArray<LocalArray> arrays)
{
    private const long MostIterations = 32, MostStatements = 4096;

    private readonly Dictionary<Variable, Variable[]> registers = arrays.ToDictionary(
        a => a.Pointer, a => Enumerable.Range(0, (int)a.Elements).Select(i => new Variable($"{a.Pointer.Hint}{i}", VariableKind.Value, a.Pointer.Element)).ToArray());

    // What is known of variables where the rewriting is: pointers into arrays, positions, new names in a copy of a loop's body
    private readonly Dictionary<Variable, (Variable Array, Place Offset)> pointers = arrays.ToDictionary(a => a.Pointer, a => (a.Pointer, Place.Zero));
    private readonly Dictionary<Variable, Place> positions = [];
    private readonly Dictionary<Variable, Variable> renamed = [];
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
                if (source is SumSource { Place: { Terms.IsEmpty: true } place } && place.Constant.IsConstant)
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
            case StoreStatement s when Register(s.Pointer, s.Offset) is { } register:
                return [new AssignStatement(register, Of(s.Value))];
            case StoreStatement s:
                return [new StoreStatement(Of(s.Pointer), Of(s.Offset), Of(s.Value))];
            case BranchStatement b:
                return [new BranchStatement(Of(b.Condition), All(b.Then), All(b.Else))];
            case CheckStatement c:
                return [c with { Checked = Of(c.Checked), Position = Of(c.Position) }];
            case FaultStatement f:
                return [f with { Position = Of(f.Position) }];
            case LoopStatement l:
                return IsWorthUnrolling(l) ? Unrolled(l) : [l with { Counter = Fresh(l.Counter), Body = All(l.Body) }];
            case ChunkLoopStatement c:
                Place first = Of(c.First);
                return [c with { First = first, Counter = Fresh(c.Counter), Body = All(c.Body) }];
            case ClearStatement c when pointers.TryGetValue(c.Pointer, out (Variable Array, Place Offset) cleared):
                return registers[cleared.Array].Select(r => new AssignStatement(r, new ConstantValue(0, r.Element)));
            case ClearStatement c:
                return [c with { Pointer = Of(c.Pointer) }];
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

    /// <summary>The variable that an element of an array has become; null for other memory.</summary>
    private Variable? Register(Variable pointer, Place offset)
    {
        if (!pointers.TryGetValue(pointer, out (Variable Array, Place Offset) known)) return null;
        Variable[] all = registers[known.Array];
        Place place = known.Offset.Plus(Of(offset));
        if (place.Terms.IsEmpty && place.Constant.TryGetConstant(out long at) && at >= 0 && at < all.Length) return all[at];
        Failed.Add(arrays.First(a => a.Pointer == known.Array));
        return all[0];
    }

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
        ElementValue e => Register(e.Pointer, e.Offset) is { } register ? new VariableValue(register) : new ElementValue(Of(e.Pointer), Of(e.Offset)),
        OperationValue o => o with { Arguments = [.. o.Arguments.Select(Of)] },
        ChoiceValue c => new ChoiceValue(Of(c.Condition), Of(c.Then), Of(c.Else)),
        InsideValue i => i with { Place = Of(i.Place) },
        DrawValue d => d with { Sequence = d.Sequence is null ? null : Of(d.Sequence), Parts = [.. d.Parts.Select(p => (Of(p.Index), p.Size))] },
        _ => value,
    };
}
