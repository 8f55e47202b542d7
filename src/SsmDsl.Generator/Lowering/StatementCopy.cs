using System.Collections.Immutable;

namespace SsmDsl.Lowering;

/// <summary>Copies of statements: what they declare has names of its own, and variables from outside may have others.</summary>
/// <param name="names">Other variables in place of some.</param>
internal sealed class StatementCopy(IReadOnlyDictionary<Variable, Variable> names)
{
    private readonly Dictionary<Variable, Variable> renamed = names.ToDictionary(n => n.Key, n => n.Value);

    /// <summary>Whether all statements are of kinds that can be copied: those of a loop's body without loops and effects.</summary>
    public static bool Can(ImmutableArray<Statement> statements) => statements.All(s => s switch
    {
        CommentStatement or LetStatement or LetPlaceStatement or LetPointerStatement or DeclareStatement or AssignStatement => true,
        BranchStatement b => Can(b.Then) && Can(b.Else),
        _ => false,
    });

    public ImmutableArray<Statement> Of(ImmutableArray<Statement> statements) => [.. statements.Select(Of)];

    public Statement Of(Statement statement) => statement switch
    {
        LetStatement l => new LetStatement(Fresh(l.Variable), Of(l.Value)),
        LetPlaceStatement l => new LetPlaceStatement(Fresh(l.Variable), Of(l.Source)),
        LetPointerStatement l => new LetPointerStatement(Fresh(l.Variable), Of(l.Base), Of(l.Offset)),
        DeclareStatement d => new DeclareStatement(Fresh(d.Variable)),
        AssignStatement a => new AssignStatement(Of(a.Variable), Of(a.Value)),
        StoreStatement s => new StoreStatement(Of(s.Pointer), Of(s.Offset), Of(s.Value)),
        ClearStatement c => c with { Pointer = Of(c.Pointer) },
        CheckStatement c => c with { Checked = Of(c.Checked), Position = Of(c.Position) },
        FaultStatement f => f with { Position = Of(f.Position) },
        BranchStatement b => new BranchStatement(Of(b.Condition), Of(b.Then), Of(b.Else)),
        LoopStatement l => l with { Counter = Fresh(l.Counter), Body = Of(l.Body) },
        ChunkLoopStatement c => c with { First = Of(c.First), Counter = Fresh(c.Counter), Body = Of(c.Body) },
        CommentStatement => statement,
        _ => throw new NotSupportedException(statement.GetType().Name),
    };

    /// <summary>From now on a variable has another name.</summary>
    public void Rename(Variable variable, Variable other) => renamed[variable] = other;

    private Variable Fresh(Variable variable) => renamed[variable] = new Variable(variable.Hint, variable.Kind, variable.Element);

    public Variable Of(Variable variable) => renamed.TryGetValue(variable, out Variable? other) ? other : variable;

    public Place Of(Place place) => place with { Terms = [.. place.Terms.Select(t => t with { Variable = Of(t.Variable) })] };

    public PlaceSource Of(PlaceSource source) => source switch
    {
        SumSource s => new SumSource(Of(s.Place)),
        QuotientSource q => q with { Dividend = Of(q.Dividend) },
        RemainderSource r => r with { Dividend = Of(r.Dividend) },
        ValueSource v => new ValueSource(Of(v.Value)),
        _ => throw new NotSupportedException(source.GetType().Name),
    };

    public Value Of(Value value) => value switch
    {
        VariableValue v => new VariableValue(Of(v.Variable)),
        PlaceValue p => new PlaceValue(Of(p.Place)),
        ElementValue e => new ElementValue(Of(e.Pointer), Of(e.Offset)),
        OperationValue o => o with { Arguments = [.. o.Arguments.Select(Of)] },
        ChoiceValue c => new ChoiceValue(Of(c.Condition), Of(c.Then), Of(c.Else)),
        InsideValue i => i with { Place = Of(i.Place) },
        DrawValue d => d with { Sequence = d.Sequence is null ? null : Of(d.Sequence), Parts = [.. d.Parts.Select(p => (Of(p.Index), p.Size))] },
        _ => value,
    };
}
