using System.Collections.Immutable;
using SsmDsl.Parsing;
using SsmDsl.Syntax;
using SsmDsl.Text;

namespace SsmDsl.Parser.Tests.Parsing;

/// <summary>Syntax as short text with every grouping in braces, to compare with.</summary>
internal static class Shown
{
    public static ParseResult Parse(string text) => FileParser.Parse(new SourceFile("test.ssm", text));

    /// <summary>The statements of a layer with this body.</summary>
    public static string Body(string body)
    {
        ParseResult result = Parse($"layer L(x: real) -> y: real {{ {body} }}");
        Assert.Empty(result.Diagnostics);
        return Statements(((LayerSyntax)Assert.Single(result.File.Declarations)).Body);
    }

    public static string Of(string expression)
    {
        ParseResult result = Parse($"const c = {expression}");
        Assert.Empty(result.Diagnostics);
        return Of(((ConstSyntax)Assert.Single(result.File.Declarations)).Value);
    }

    public static string Statements(ImmutableArray<StatementSyntax> statements) => string.Join("; ", statements.Select(Of));

    public static string Of(StatementSyntax statement) => statement switch
    {
        ParamSyntax p => $"{string.Concat(p.Attributes.Select(Attribute))}param {p.Name}: {Type(p.Type)} = {Of(p.Init)}"
            + (p.CheckpointName is null ? "" : $" as \"{p.CheckpointName}\""),
        LetSyntax l => $"let {l.Name} = {Of(l.Layer)}",
        AssignSyntax a => $"{Targets(a)} = {Of(a.Value)}",
        RepeatSyntax r => $"repeat {Of(r.Count)} as {r.Instance?.Text ?? "?"}[{r.CopyIndex}] {{{Statements(r.Body)}}}",
        TargetSyntax t => $"target {t.Name}: {Type(t.Type)}",
        LossSyntax l => $"loss = {Of(l.Value)}",
        MetricSyntax m => $"metric {m.Name} = {Of(m.Value)}",
        _ => throw new InvalidOperationException(statement.GetType().Name),
    };

    public static string Type(TypeSyntax type) => type.Axes.IsEmpty ? type.Element.Text
        : $"{type.Element}[{string.Join(", ", type.Axes.Select(a => a.Index is null ? Of(a.Size) : $"{a.Index}: {Of(a.Size)}"))}]";

    public static string Attribute(AttributeSyntax a) => $"@{a.Name}{(a.Argument is null ? "" : $"({Of(a.Argument)})")} ";

    public static string Of(ExpressionSyntax expression) => expression switch
    {
        NumberSyntax n => n.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) + (n.IsImaginary ? "i" : n.IsInteger ? "" : "r"),
        BoolSyntax b => b.Value ? "true" : "false",
        ParenthesesSyntax p => $"({Of(p.Inner)})",
        UnarySyntax u => $"{{{(u.Operator == UnaryOperator.Not ? "not " : "-")}{Of(u.Operand)}}}",
        BinarySyntax b => $"{{{Of(b.Left)} {b.OperatorSpan.File.Text[b.OperatorSpan.Start..b.OperatorSpan.End]} {Of(b.Right)}}}",
        IfSyntax i => $"{{if {Of(i.Condition)} then {Of(i.Then)} else {Of(i.Else)}}}",
        PipeSyntax p => $"{{{Of(p.Left)} |> {Of(p.Right)}}}",
        ReductionSyntax r => $"{{{r.Word}{Scope(r)} {Of(r.Body)}}}",
        ApplySyntax a => a.Name
            + (a.Brackets.IsDefault ? "" : $"[{Entries(a.Brackets)}]")
            + (a.Arguments.IsDefault ? "" : $"({string.Join(", ", a.Arguments.Select(x => (x.Label is null ? "" : x.Label + ": ") + Of(x.Value)))})")
            + (a.Instance is null ? "" : $" as {a.Instance.Text}"),
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    private static string Entries(ImmutableArray<BracketEntrySyntax> entries) => string.Join(", ", entries.Select(e =>
        e.IsSlice ? ".." : (e.Label is null ? "" : e.Label + ": ") + Of(e.Value!)));

    private static string Scope(ReductionSyntax r) => r.Indices.IsDefault ? ""
        : $"[{string.Join(", ", r.Indices.Select(i => i.Index + (i.Size is null ? "" : ": " + Of(i.Size))))}{(r.Condition is null ? "" : " | " + Of(r.Condition))}]";

    private static string Targets(AssignSyntax assign)
    {
        string targets = string.Join(", ", assign.Targets.Select(t =>
            (t.Name?.Text ?? "_") + (t.Indices.IsDefault ? "" : $"[{Entries(t.Indices)}]")));
        return assign.IsTuple ? $"({targets})" : targets;
    }
}
