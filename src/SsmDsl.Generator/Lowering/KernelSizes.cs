using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>The sizes that a kernel computes with.</summary>
internal static class KernelSizes
{
    /// <summary>Those in places, bounds and strides: all but the numbers of rows that items share out, and of sequences.</summary>
    public static IEnumerable<Dim> OfPlaces(Kernel kernel) => kernel.Body.SelectMany(Of);

    private static IEnumerable<Dim> Of(Statement statement) => statement switch
    {
        LetStatement l => Of(l.Value),
        LetPlaceStatement l => Of(l.Source),
        LetPointerStatement l => Of(l.Offset),
        AssignStatement a => Of(a.Value),
        StoreStatement s => [.. Of(s.Offset), .. Of(s.Value)],
        BranchStatement b => [.. Of(b.Condition), .. b.Then.SelectMany(Of), .. b.Else.SelectMany(Of)],
        CheckStatement c => [c.Extent, .. Of(c.Position)],
        FaultStatement f => Of(f.Position),
        LoopStatement l when l.Size.Equals(Dim.Of(DimSymbol.Batch)) => l.Body.SelectMany(Of),
        LoopStatement l => l.Body.SelectMany(Of).Prepend(l.Size),
        ChunkLoopStatement c => [.. Of(c.First), c.End, .. c.Body.SelectMany(Of)],
        RowsStatement r => r.Body.SelectMany(Of),
        ProductStatement p => [p.Columns.Size, p.Depth, .. Of(p.Left), .. Of(p.Right), .. Of(p.Target)],
        TileStatement t => t.Body.SelectMany(Of),
        OnceStatement o => o.Body.SelectMany(Of),
        CommentStatement or DeclareStatement or ClearStatement or BarrierStatement => [],
        _ => throw new NotSupportedException(statement.GetType().Name),
    };

    private static IEnumerable<Dim> Of(MatrixPlace matrix) => [.. Of(matrix.Start), matrix.RowStride, matrix.ColumnStride];

    private static IEnumerable<Dim> Of(Place place) => place.Terms.Select(t => t.Factor).Append(place.Constant);

    private static IEnumerable<Dim> Of(PlaceSource source) => source switch
    {
        SumSource s => Of(s.Place),
        QuotientSource q => Of(q.Dividend),
        RemainderSource r => Of(r.Dividend),
        ValueSource v => Of(v.Value),
        _ => throw new NotSupportedException(source.GetType().Name),
    };

    private static IEnumerable<Dim> Of(Value value) => value switch
    {
        ConstantValue or VariableValue or RunConstant => [],
        PlaceValue p => Of(p.Place),
        ElementValue e => Of(e.Offset),
        OperationValue o => o.Arguments.SelectMany(Of),
        ChoiceValue c => [.. Of(c.Condition), .. Of(c.Then), .. Of(c.Else)],
        InsideValue i => Of(i.Place).Append(i.Extent),
        DrawValue d => [.. d.Sequence is null ? [] : Of(d.Sequence), .. d.Parts.SelectMany(p => Of(p.Index))],
        _ => throw new NotSupportedException(value.GetType().Name),
    };
}
