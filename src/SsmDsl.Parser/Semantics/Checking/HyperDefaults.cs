namespace SsmDsl.Semantics.Checking;

/// <summary>Defaults of hyperparameters, which may use dimensions of their layer, as a caller sees them.</summary>
internal static class HyperDefaults
{
    public static HyperArgument At(HyperInfo hyper, IReadOnlyDictionary<DimSymbol, Dim> sizes) =>
        hyper.Default.Value is { } value ? hyper.Default with { Value = Substitute(value, sizes) } : hyper.Default;

    private static CheckedExpression Substitute(CheckedExpression expression, IReadOnlyDictionary<DimSymbol, Dim> sizes) => expression switch
    {
        DimensionExpression d => d with { Value = d.Value.Substitute(sizes) },
        OperationExpression o => o with { Arguments = [.. o.Arguments.Select(a => Substitute(a, sizes))] },
        ConditionalExpression c => c with
        {
            Condition = Substitute(c.Condition, sizes),
            Then = Substitute(c.Then, sizes),
            Else = Substitute(c.Else, sizes),
        },
        _ => expression,
    };
}
