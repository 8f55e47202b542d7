using System.Text;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using Index = SsmDsl.Ir.Index;

namespace SsmDsl.Lowering;

internal sealed partial class KernelBuilder
{
    // Longer chains of operations are cut into named pieces: a text of one is as hard to compile as it is to read.
    private const int LongestChain = 64;

    private Value Lower(Scalar scalar)
    {
        ScalarFact fact = facts.Of(scalar);
        if (fact.IsTrivial) return LowerPlain(scalar);
        if (fact.Depth > LongestChain && scalar is ApplyScalar operation) LowerPieces(operation.Arguments[0]);
        string key = "s" + fact.Number;
        if (current.Find(key) is { } known) return new VariableValue(known);
        Scope home = fact.IsStill ? current.Home(fact, fact.IsSafe) : current;
        if (home == current && uses[fact.Number] < 2 && fact.Depth % LongestChain != 0) return LowerPlain(scalar);
        return In(home, () =>
        {
            Value value = LowerPlain(scalar);
            Variable variable = value is VariableValue v ? v.Variable : Declare(Hint(scalar), value);
            current.Name(key, variable);
            return new VariableValue(variable);
        });
    }

    /// <summary>The pieces of a chain that leans to the left, the innermost first: going down by calls would be going far.</summary>
    private void LowerPieces(Scalar chain)
    {
        var pieces = new Stack<Scalar>();
        for (Scalar part = chain; part is ApplyScalar operation; part = operation.Arguments[0])
        {
            ScalarFact fact = facts.Of(part);
            if (fact.Depth % LongestChain != 0) continue;
            if (current.Find("s" + fact.Number) is not null) break;
            pieces.Push(part);
        }

        while (pieces.Count > 0) Lower(pieces.Pop());
    }

    private Value LowerPlain(Scalar scalar)
    {
        switch (scalar)
        {
            case ConstantScalar c:
                return new ConstantValue(c.Real, c.Type);
            case RunScalar r:
                return new RunConstant(r.Value);
            case IndexScalar i:
                Place place = Lower(i.Value);
                return place.Terms.IsEmpty && place.Constant.TryGetConstant(out long number)
                    ? new ConstantValue(number, ElementType.Int)
                    : new PlaceValue(place);
            case ApplyScalar { Op: ScalarOp.And or ScalarOp.Or } a when !facts.Of(a.Arguments[1]).IsSafe:
                Value first = Lower(a.Arguments[0]);
                Value decided = Constant(a.Op == ScalarOp.Or ? 1 : 0, ElementType.Bool);
                return a.Op == ScalarOp.And
                    ? Choose(first, () => Lower(a.Arguments[1]), () => decided)
                    : Choose(first, () => decided, () => Lower(a.Arguments[1]));
            case ApplyScalar { Op: ScalarOp.PowerInteger } a when a.Arguments[1] is ConstantScalar { Real: >= 1 and <= 16 } exponent:
                return LowerPower(Named(a.Arguments[0]), (int)exponent.Real);
            case ApplyScalar { Op: ScalarOp.Divide, Type: ElementType.Real } a when Reciprocal(a.Arguments[1]) is { } factor:
                return Apply(ScalarOp.Multiply, Lower(a.Arguments[0]), Constant(factor, ElementType.Real));
            case ApplyScalar a:
                return new OperationValue(a.Op, [.. a.Arguments.Select(Lower)], a.Type);
            case SelectScalar s:
                return LowerSelect(s);
            case LoadScalar l:
                return LowerLoad(l);
            case DrawScalar d:
                return new DrawValue(d.Kind, Hash(d.Path), d.Sequence is null ? null : Lower(d.Sequence),
                    [.. d.Indices.Select(i => (Lower(i.Value), i.Size))]);
            default:
                throw new NotSupportedException(scalar.GetType().Name);
        }
    }

    /// <summary>
    /// What a branch shares with the rest of the equation is computed before it, or nested branches would repeat it
    /// twice as often at every level.
    /// </summary>
    private Value LowerSelect(SelectScalar select)
    {
        Value condition = Lower(select.Condition);
        foreach (Scalar branch in new[] { select.Then, select.Else })
            foreach (Scalar shared in UseCounts.Of(facts, [branch]).SharedWith(uses))
                if (facts.Of(shared) is { IsSafe: true, IsTrivial: false }) Lower(shared);
        return Choose(condition, () => Lower(select.Then), () => Lower(select.Else));
    }

    /// <summary>Of a constant of moderate size: a division takes as long as ten products.</summary>
    private static double? Reciprocal(Scalar divisor) =>
        divisor is ConstantScalar { Real: var number } && Math.Abs(number) is > 1e-30 and < 1e30 ? 1 / number : null;

    /// <summary>A whole power by repeated squaring.</summary>
    private Value LowerPower(Value value, int exponent)
    {
        if (exponent == 1) return value;
        Value half = LowerPower(value, exponent / 2);
        if (half is not VariableValue) half = new VariableValue(Declare("power", half));
        Value even = Apply(ScalarOp.Multiply, half, half);
        return exponent % 2 == 0 ? even : Apply(ScalarOp.Multiply, even, value);
    }

    /// <summary>The value as a variable or constant that may stand in a text twice.</summary>
    private Value Named(Scalar scalar)
    {
        Value value = Lower(scalar);
        if (value is VariableValue or ConstantValue) return value;
        Variable variable = Declare(Hint(scalar), value);
        current.Name("s" + facts.Of(scalar).Number, variable);
        return new VariableValue(variable);
    }

    private Place Lower(Index index)
    {
        Place place = Place.Of(index.Constant);
        foreach (IndexTerm term in index.Terms)
        {
            Place atom = term.Atom is VariableAtom v ? Place.Of(Counter(v.Variable)) : LowerAtom(term.Atom);
            place = place.Plus(atom.Times(term.Coefficient));
        }

        return place;
    }

    private Place LowerAtom(IndexAtom atom)
    {
        var index = new Index([new IndexTerm(1, atom)], 0);
        string key = "p" + facts.Key(index);
        if (current.Find(key) is { } known) return Place.Of(known);
        ScalarFact fact = facts.Of(index);
        return In(fact.IsStill ? current.Home(fact, fact.IsSafe) : current, () =>
        {
            (string hint, PlaceSource source) = atom switch
            {
                DivAtom d => ($"{Hint(d.Dividend)}_div_{d.Divisor}",
                    new QuotientSource(Lower(d.Dividend), d.Divisor, IsNeverNegative(d.Dividend))),
                ModAtom m => ($"{Hint(m.Dividend)}_mod_{m.Divisor}",
                    new RemainderSource(Lower(m.Dividend), m.Divisor, IsNeverNegative(m.Dividend))),
                LookupAtom l => ("at_" + Hint(l.Value), (PlaceSource)new ValueSource(Lower(l.Value))),
                _ => throw new NotSupportedException(atom.GetType().Name),
            };
            return Place.Of(DeclarePlace(hint, source, key));
        });
    }

    private Variable DeclarePlace(string hint, PlaceSource source)
    {
        Variable variable = Variable.Position(hint);
        current.Statements.Add(new LetPlaceStatement(variable, source));
        homes[variable] = current;
        return variable;
    }

    private Variable DeclarePlace(string hint, PlaceSource source, string key)
    {
        Variable variable = DeclarePlace(hint, source);
        current.Name(key, variable);
        return variable;
    }

    private static string Hint(Scalar scalar) => scalar switch
    {
        LoadScalar l => l.Tensor.Name,
        ApplyScalar a => a.Op.ToString(),
        SelectScalar => "chosen",
        DrawScalar => "draw",
        _ => "value",
    };

    private static bool IsNeverNegative(Index index) =>
        IndexBounds.Of(index) is var (low, _) && low.TryGetConstant(out long least) && least >= 0;

    /// <summary>FNV-1a over UTF-8.</summary>
    private static uint Hash(string path) =>
        Encoding.UTF8.GetBytes(path).Aggregate(2166136261u, (hash, b) => unchecked((hash ^ b) * 16777619u));
}
