using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Lowering;

/// <summary>
/// Roughly how many instructions statements take: what decides which of the loops around them runs in lanes. For all widths
/// alike, so that the schedule is one.
/// </summary>
internal static class LaneCost
{
    /// <summary>Lanes of a nominal vector.</summary>
    public const int Width = 16;

    // What a size that is known at run time only is taken for.
    private const double AssumedSize = 128;

    // Reads and writes of lanes that do not lie beside each other, one after the other.
    private const double Apart = 2 * Width;

    public static double Of(IEnumerable<Statement> statements, LaneShape? shape = null) => statements.Sum(s => Of(s, shape));

    public static double Of(Variable counter, Dim size, ImmutableArray<Statement> body, LaneShape shape)
    {
        double count = Size(size), vectors = Math.Ceiling(count / Width);
        double tail = size.TryGetConstant(out long constant) && constant % Width == 0 ? 0 : 2;
        return vectors * Of(body, shape) + tail + shape.Totals.Length * 10;
    }

    private static double Of(Statement statement, LaneShape? shape) => statement switch
    {
        LetStatement l => Of(l.Value, shape),
        AssignStatement a => Of(a.Value, shape),
        StoreStatement s => Of(s.Value, shape) + Access(s.Pointer, s.Offset, shape),
        LetPlaceStatement { Source: SumSource } or LetPointerStatement => 1,
        LetPlaceStatement => 20,
        BranchStatement b => 2 + Of(b.Condition, shape) + Of(b.Then, shape) + Of(b.Else, shape),
        LoopStatement l => l.Lanes is { } lanes && shape is null
            ? Of(l.Counter, l.Size, l.Body, lanes)
            : 1 + Size(l.Size) * (1 + Of(l.Body, shape)),
        ChunkLoopStatement c => 1 + Size(c.Length) * (1 + Of(c.Body, shape)),
        RowsStatement r => Size(r.Rows) * Of(r.Body, shape),
        CommentStatement or DeclareStatement => 0,
        _ => 3,
    };

    private static double Of(Value value, LaneShape? shape) => value switch
    {
        ElementValue e => Access(e.Pointer, e.Offset, shape),
        OperationValue o => Weight(o) + o.Arguments.Sum(a => Of(a, shape)),
        ChoiceValue c => 1 + Of(c.Condition, shape) + Of(c.Then, shape) + Of(c.Else, shape),
        InsideValue => 2,
        DrawValue => 40,
        _ => 0,
    };

    private static double Access(Variable pointer, Place offset, LaneShape? shape)
    {
        if (shape is null) return 1;
        Dim stride = shape.Stride(pointer, offset);
        return LaneShape.IsZero(stride) || LaneShape.IsOne(stride) ? 1 : Apart;
    }

    private static double Weight(OperationValue operation) => operation.Op switch
    {
        ScalarOp.Power or ScalarOp.Atan2 => 30 * Width,
        ScalarOp.Divide or ScalarOp.Sqrt => 4,
        ScalarOp.Exp => 8,
        ScalarOp.Log or ScalarOp.Log1p or ScalarOp.Expm1 or ScalarOp.Tanh or ScalarOp.Sigmoid or ScalarOp.Erf or ScalarOp.Sin or ScalarOp.Cos => 20,
        ScalarOp.Softplus => 30,
        ScalarOp.ToReal => 0.5,
        _ => 1,
    };

    private static double Size(Dim size) => size.TryGetConstant(out long constant) ? constant : AssumedSize;
}
