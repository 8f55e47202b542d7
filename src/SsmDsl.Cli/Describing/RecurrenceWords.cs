using SsmDsl.Analysis;
using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Describing;

/// <summary>The form of a recurrence in words.</summary>
internal static class RecurrenceWords
{
    public static string Of(RecurrenceForm form)
    {
        string linear = form.IsLinear ? "linear" : "nonlinear";
        string field = form.IsComplex ? "complex" : "real";
        return form.Mixing switch
        {
            StateMixing.Diagonal => form.IsLinear ? $"{linear}, {field} diagonal" : $"{linear}, element by element",
            StateMixing.Shared when SharedBy(form) is { Length: > 0 } own => $"{linear}, one {field} factor for each {own}",
            StateMixing.Shared => $"{linear}, one {field} factor for all",
            StateMixing.Block => $"{linear}, {form.States.Length}×{form.States.Length} {field} blocks ({string.Join(", ", form.States.Select(s => s.Name))})",
            StateMixing.DiagonalPlusRankOne => $"{linear}, {field} diagonal plus rank one",
            StateMixing.DiagonalPlusLowRank => $"{linear}, {field} diagonal plus low rank",
            StateMixing.Dense => $"{linear}, full {field} {Matrix(form)} matrix{(form.States.Length > 1 ? $" over {string.Join(", ", form.States.Select(s => s.Name))}" : "")}",
            _ => form.IsLinear ? $"{linear}, {field}, elements mix with others" : linear,
        };
    }

    private static string SharedBy(RecurrenceForm form) => string.Join(", ", Enumerable.Range(0, form.Equation.Target.Rank)
        .Where(a => !form.SharedAxes.Contains(a))
        .Select(a => form.Equation.Left[a].AsVariable())
        .Where(v => v is not null && v != form.Recurrence.Step && !v.Size.Equals(Dim.Of(DimSymbol.Batch)))
        .Select(v => v!.Name));

    private static string Matrix(RecurrenceForm form)
    {
        Dim size = form.MixedAxes.Where(a => a < form.Equation.Target.Rank).Select(a => form.Equation.Target.Axes[a].Size).Aggregate((Dim)1, (a, b) => a * b);
        return $"{size}×{size}";
    }
}
