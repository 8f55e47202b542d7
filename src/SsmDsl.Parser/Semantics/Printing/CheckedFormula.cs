namespace SsmDsl.Semantics.Printing;

/// <summary>Writes checked expressions: as in a source file, with all conversions and with a name of its own for every object.</summary>
internal sealed class CheckedFormula(DistinctNames locals, DistinctNames indices)
{
    public string NameOf(Local local) => locals.Of(local, local.Name);

    public string NameOf(IndexSymbol index) => indices.Of(index, index.Name);

    /// <summary>For a statement, whose indices are its own.</summary>
    public CheckedFormula Inside() => new(locals, new DistinctNames(indices));

    /// <summary><c>t &lt; T, d &lt; 4</c>.</summary>
    public string Ranges(IEnumerable<IndexSymbol> indices) => string.Join(", ", indices.Select(i => $"{NameOf(i)} < {i.Range}"));

    public string Brackets(IEnumerable<CheckedExpression> indices)
    {
        string inside = string.Join(", ", indices.Select(i => Of(i).Text));
        return inside.Length == 0 ? "" : $"[{inside}]";
    }

    public Formula Of(CheckedExpression expression) => expression switch
    {
        ConstantExpression { Type: ElementType.Bool } c => Formula.Truth(c.Real != 0),
        ConstantExpression c => Formula.Number(c.Real, c.Imaginary),
        IndexExpression i => Formula.Name(NameOf(i.Index)),
        DimensionExpression d => Formula.Of(d.Value),
        HyperExpression h => Formula.Name(h.Parameter.Name),
        WordTestExpression w => new Formula($"{w.Parameter.Name} == {w.Word}", Binding.Comparison),
        ReadExpression r => Formula.Name(NameOf(r.Local) + Brackets(r.Indices)),
        OperationExpression o => OperationFormula.Of(o.Op, [.. o.Arguments.Select(Of)]),
        ConditionalExpression c => Formula.Conditional(Of(c.Condition), Of(c.Then), Of(c.Else)),
        ReduceExpression r => Reduction($"{r.Kind.ToString().ToLowerInvariant()}[{Ranges(r.Indices)}{Where(r.Condition)}]", r.Body),
        SoftmaxExpression s => Reduction($"softmax[{Ranges(s.Inner)}{Where(s.Condition)} at {string.Join(", ", s.Outer.Select(NameOf))}]", s.Body),
        RandomExpression r => Formula.Name($"random#{r.Occurrence}[{string.Join(", ", r.Indices.Select(NameOf))}]"),
        TrainingExpression => Formula.Name("training"),
        InitialDrawExpression d => Formula.Call((d.IsNormal ? "normal#" : "uniform#") + d.Occurrence, [Of(d.First), Of(d.Second)]),
        _ => throw new NotSupportedException(expression.GetType().Name),
    };

    private Formula Reduction(string head, CheckedExpression body) => new($"{head} {Of(body).In(Binding.Product)}", Binding.Reduction);

    private string Where(CheckedExpression? condition) => condition is null ? "" : $" | {Of(condition).Text}";
}
