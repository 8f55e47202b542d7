namespace SsmDsl.Semantics.Checking;

/// <summary>Element types and conversions between them: int becomes real, real becomes complex, nothing else.</summary>
internal static class Elements
{
    public static string Text(ElementType type) => type.ToString().ToLowerInvariant();

    public static ElementType? Parse(string word) => word switch
    {
        "real" => ElementType.Real,
        "complex" => ElementType.Complex,
        "int" => ElementType.Int,
        "bool" => ElementType.Bool,
        _ => null,
    };

    public static bool IsNumber(ElementType type) => type != ElementType.Bool;

    public static bool Converts(ElementType from, ElementType to) => from == to || (IsNumber(from) && IsNumber(to) && Rank(from) < Rank(to));

    /// <summary>The type that both become; null if there is none. Unknown ones (null) do not count.</summary>
    public static ElementType? Join(ElementType? a, ElementType? b)
    {
        if (a is not { } x) return b;
        if (b is not { } y) return a;
        return Converts(x, y) ? y : Converts(y, x) ? x : null;
    }

    /// <summary>The expression as a value of the type; it must convert.</summary>
    public static CheckedExpression Convert(CheckedExpression expression, ElementType to)
    {
        if (expression.Type == to) return expression;
        if (expression is ConstantExpression c) return c with { Type = to };
        if (to == ElementType.Complex && expression.Type == ElementType.Int)
            expression = new OperationExpression(ScalarOp.ToReal, [expression], ElementType.Real, expression.Span);
        return new OperationExpression(to == ElementType.Real ? ScalarOp.ToReal : ScalarOp.ToComplex, [expression], to, expression.Span);
    }

    private static int Rank(ElementType type) => type switch
    {
        ElementType.Int => 0,
        ElementType.Real => 1,
        _ => 2,
    };
}
