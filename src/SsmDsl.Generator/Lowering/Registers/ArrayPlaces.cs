using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>Whether places in arrays move with the counter of a loop.</summary>
internal static class ArrayPlaces
{
    /// <param name="isOfArray">Whether a pointer from outside of the loop points into such an array.</param>
    public static bool DependOn(Variable counter, ImmutableArray<Statement> body, Func<Variable, bool> isOfArray)
    {
        HashSet<Variable> moving = [counter], inside = [];
        return Any(body);

        bool Any(IEnumerable<Statement> statements) => statements.Any(Is);

        bool Is(Statement statement)
        {
            switch (statement)
            {
                case LetPlaceStatement l:
                    if (Moves(l.Source)) moving.Add(l.Variable);
                    return l.Source is ValueSource v && Reads(v.Value);
                case LetPointerStatement l:
                    if (isOfArray(l.Base) || inside.Contains(l.Base)) inside.Add(l.Variable);
                    if (MovesAt(l.Offset) || moving.Contains(l.Base)) moving.Add(l.Variable);
                    return false;
                case LetStatement l:
                    return Reads(l.Value);
                case AssignStatement a:
                    return Reads(a.Value);
                case StoreStatement s:
                    return Touches(s.Pointer, s.Offset) || Reads(s.Value);
                case BranchStatement b:
                    return Reads(b.Condition) || Any(b.Then) || Any(b.Else);
                case LoopStatement l:
                    return Any(l.Body);
                case ChunkLoopStatement c:
                    return Any(c.Body);
                case RowsStatement r:
                    return Any(r.Body);
                default:
                    return false;
            }
        }

        bool Moves(PlaceSource source) => source switch
        {
            SumSource s => MovesAt(s.Place),
            QuotientSource q => MovesAt(q.Dividend),
            RemainderSource r => MovesAt(r.Dividend),
            _ => false,
        };

        bool MovesAt(Place place) => place.Terms.Any(t => moving.Contains(t.Variable));

        bool Touches(Variable pointer, Place offset) => (isOfArray(pointer) || inside.Contains(pointer)) && (moving.Contains(pointer) || MovesAt(offset));

        bool Reads(Value value) => value switch
        {
            ElementValue e => Touches(e.Pointer, e.Offset),
            OperationValue o => o.Arguments.Any(Reads),
            ChoiceValue c => Reads(c.Condition) || Reads(c.Then) || Reads(c.Else),
            DrawValue d => d.Parts.Any(p => Reads(p.Index)),
            _ => false,
        };
    }
}
