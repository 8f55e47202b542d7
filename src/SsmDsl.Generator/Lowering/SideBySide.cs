using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Runs the steps of several sequences side by side where a step has no more than a vector to compute: it waits for the one before
/// most of the time, which the others fill. Loops over rows are unrolled and jammed: what is the same for all sequences is done,
/// and read, once. Each sequence is computed as it is alone, to the bit.
/// </summary>
internal sealed class SideBySide
{
    private const int Sequences = 4;

    // Elements of a step: with more there is work beside each other already.
    private const long MostElements = LaneCost.Width;

    private readonly StatementCopy[] copies;

    // What differs between sequences: their places, arrays, and what follows from these.
    private readonly HashSet<Variable> own;

    private SideBySide(IReadOnlyList<Dictionary<Variable, Variable>> names, IEnumerable<Variable> own) =>
        (copies, this.own) = ([.. names.Select(n => new StatementCopy(n))], [.. own]);

    public static Kernel Run(Kernel kernel, LoweringTarget target)
    {
        if (kernel.Items is not { } items || kernel.Body[kernel.Body.Length - 1] != items) return kernel;
        (Variable sequence, Dim batch) = items.Axes.FirstOrDefault(a => a.Size.Equals(Dim.Of(DimSymbol.Batch)));
        if (sequence is null || !HasShortSteps(items.Body) || kernel.Locals.Sum(l => l.Elements) * Sequences > target.LargestLocals) return kernel;

        var each = Enumerable.Range(0, Sequences).Select(_ => kernel.Locals.ToDictionary(l => l.Pointer, l => Renamed(l.Pointer))).ToArray();
        Variable item = Variable.Position(sequence.Hint + "Item");
        Variable[] places = [.. each.Select(_ => Variable.Position(sequence.Hint))];
        for (int i = 0; i < Sequences; i++) each[i][sequence] = places[i];
        IEnumerable<Variable> own = [sequence, .. kernel.Locals.Select(l => l.Pointer), .. Assigned(items.Body)];

        // As many items as there are groups of sequences, and one for each that is left over.
        Dim groups = Dim.Floor(batch, Sequences), others = groups * (Sequences - 1);
        var isGroup = new OperationValue(ScalarOp.Less, [new PlaceValue(Place.Of(item)), new PlaceValue(Place.Of(groups))], ElementType.Bool);
        ImmutableArray<Statement> together =
        [
            .. places.Select((p, i) => new LetPlaceStatement(p, new SumSource(Place.Of(item).Times(Sequences).Plus(i)))),
            .. new SideBySide(each, own).Of([.. OfArrays(kernel), .. items.Body]),
        ];
        ImmutableArray<Statement> alone = [new LetPlaceStatement(sequence, new SumSource(Place.Of(item).Plus(others))), .. items.Body];
        RowsStatement rows = items with
        {
            Axes = [.. items.Axes.Select(a => a.Counter == sequence ? (item, batch - others) : a)],
            Grain = Math.Max(1, items.Grain / Sequences),
            Body = [new BranchStatement(isGroup, together, alone)],
        };
        return kernel with
        {
            Items = rows,
            Locals = [.. kernel.Locals, .. each.SelectMany(names => kernel.Locals.Select(l => l with { Pointer = names[l.Pointer] }))],
            Body = [.. kernel.Body.Select(s => s == items ? rows : s)],
        };
    }

    /// <summary>Places in arrays of the kernel's own that are found before the rows are.</summary>
    private static IEnumerable<Statement> OfArrays(Kernel kernel)
    {
        HashSet<Variable> arrays = [.. kernel.Locals.Select(l => l.Pointer)];
        foreach (LetPointerStatement place in kernel.Body.OfType<LetPointerStatement>().Where(p => arrays.Contains(p.Base)))
        {
            arrays.Add(place.Variable);
            yield return place;
        }
    }

    /// <summary>There are loops along a sequence, and what a step computes is no longer than a vector.</summary>
    private static bool HasShortSteps(ImmutableArray<Statement> statements) => Steps(statements).ToArray() is { Length: > 0 } steps && steps.All(IsShort);

    private static IEnumerable<ImmutableArray<Statement>> Steps(ImmutableArray<Statement> statements) => statements.SelectMany(s => s switch
    {
        LoopStatement { Order: LoopOrder.Sequential } l when !l.Size.IsConstant && !HasSteps(l.Body) => [l.Body],
        ChunkLoopStatement c when !HasSteps(c.Body) => [c.Body],
        LoopStatement l => Steps(l.Body),
        ChunkLoopStatement c => Steps(c.Body),
        _ => Enumerable.Empty<ImmutableArray<Statement>>(),
    });

    private static bool HasSteps(ImmutableArray<Statement> statements) => Steps(statements).Any();

    private static bool IsShort(ImmutableArray<Statement> statements) => Elements(statements) <= MostElements;

    /// <summary>Of the loops in which elements are computed beside each other, the longest.</summary>
    private static double Elements(ImmutableArray<Statement> statements) => statements.Select(Elements).DefaultIfEmpty(1).Max();

    private static double Elements(Statement statement) => statement switch
    {
        LoopStatement l => l.Size.TryGetConstant(out long size) ? (l.Order == LoopOrder.Reduction ? 1 : size) * Elements(l.Body) : double.PositiveInfinity,
        BranchStatement b => Math.Max(Elements(b.Then), Elements(b.Else)),
        ChunkLoopStatement or ProductStatement or RowsStatement => double.PositiveInfinity,
        _ => 1,
    };

    private ImmutableArray<Statement> Of(ImmutableArray<Statement> statements) => [.. statements.SelectMany(Of)];

    private IEnumerable<Statement> Of(Statement statement)
    {
        switch (statement)
        {
            case CommentStatement:
                return [statement];
            case LoopStatement loop:
                return [loop with { Counter = Shared(loop.Counter), Body = Of(loop.Body) }];
            case ChunkLoopStatement chunk when !IsOwn(chunk.First):
                return [chunk with { First = copies[0].Of(chunk.First), Counter = Shared(chunk.Counter), Body = Of(chunk.Body) }];
            case BranchStatement branch when !IsOwn(branch.Condition):
                return [new BranchStatement(copies[0].Of(branch.Condition), Of(branch.Then), Of(branch.Else))];
            case LetStatement let when !own.Contains(let.Variable) && !IsOwn(let.Value):
                return [new LetStatement(Shared(let.Variable), copies[0].Of(let.Value))];
            case LetPlaceStatement let when !own.Contains(let.Variable) && !IsOwn(let.Source):
                return [new LetPlaceStatement(Shared(let.Variable), copies[0].Of(let.Source))];
            case LetPointerStatement let when !own.Contains(let.Base) && !IsOwn(let.Offset):
                return [new LetPointerStatement(Shared(let.Variable), copies[0].Of(let.Base), copies[0].Of(let.Offset))];
            default:
                own.UnionWith(Declared(statement));
                return [.. copies.Select(c => c.Of(statement))];
        }
    }

    /// <summary>One variable for all sequences.</summary>
    private Variable Shared(Variable variable)
    {
        Variable shared = Renamed(variable);
        foreach (StatementCopy copy in copies) copy.Rename(variable, shared);
        return shared;
    }

    private static Variable Renamed(Variable variable) => new(variable.Hint, variable.Kind, variable.Element);

    private bool IsOwn(Place place) => place.Terms.Any(t => own.Contains(t.Variable));

    private bool IsOwn(PlaceSource source) => source switch
    {
        SumSource s => IsOwn(s.Place),
        QuotientSource q => IsOwn(q.Dividend),
        RemainderSource r => IsOwn(r.Dividend),
        ValueSource v => IsOwn(v.Value),
        _ => true,
    };

    private bool IsOwn(Value value) => value switch
    {
        VariableValue v => own.Contains(v.Variable),
        PlaceValue p => IsOwn(p.Place),
        ElementValue e => own.Contains(e.Pointer) || IsOwn(e.Offset),
        OperationValue o => o.Arguments.Any(IsOwn),
        ChoiceValue c => IsOwn(c.Condition) || IsOwn(c.Then) || IsOwn(c.Else),
        InsideValue i => IsOwn(i.Place),
        DrawValue => true,
        _ => false,
    };

    /// <summary>Variables that do not keep the value that they are declared with.</summary>
    private static IEnumerable<Variable> Assigned(IEnumerable<Statement> statements) => statements.SelectMany(s => s switch
    {
        AssignStatement a => [a.Variable],
        CheckStatement c => [c.Checked],
        _ => Assigned(s.Inner()),
    });

    private static IEnumerable<Variable> Declared(Statement statement) => statement switch
    {
        LetStatement l => [l.Variable],
        LetPlaceStatement l => [l.Variable],
        LetPointerStatement l => [l.Variable],
        DeclareStatement d => [d.Variable],
        _ => statement.Inner().SelectMany(Declared),
    };
}
