using SsmDsl.Semantics;

namespace SsmDsl.Checks;

/// <summary>What is done to a state, as a reader calls it.</summary>
internal static class NonlinearWords
{
    public static string Of(ScalarOp op) => op switch
    {
        ScalarOp.Multiply => "a product of two values that depend on it",
        ScalarOp.Divide => "a division by what depends on it",
        ScalarOp.Power or ScalarOp.PowerInteger => "a power",
        ScalarOp.Equal or ScalarOp.NotEqual or ScalarOp.Less or ScalarOp.LessOrEqual or ScalarOp.Greater or ScalarOp.GreaterOrEqual => "a comparison",
        ScalarOp.And or ScalarOp.Or or ScalarOp.Not => "a condition",
        _ => op.ToString().ToLowerInvariant(),
    };

    public static string Of(ReduceKind kind) => kind.ToString().ToLowerInvariant();
}
