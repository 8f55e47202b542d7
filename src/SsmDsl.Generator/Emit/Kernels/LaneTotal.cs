using SsmDsl.Lowering;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>Totals over lanes: what each lane starts from, and the function that puts the lanes together.</summary>
internal static class LaneTotal
{
    public static ConstantValue Start(ScalarOp op) => new(
        op switch { ScalarOp.Multiply => 1, ScalarOp.Max => double.NegativeInfinity, ScalarOp.Min => double.PositiveInfinity, _ => 0 }, ElementType.Real);

    public static string Function(ScalarOp op) => op switch
    {
        ScalarOp.Multiply => "Product",
        ScalarOp.Max => "Greatest",
        ScalarOp.Min => "Least",
        _ => "Sum",
    };
}
