using System.Collections.Immutable;
using System.Text;

namespace SsmDsl.Semantics.Printing;

/// <summary>Writes checked layers and models as text, one line a statement, for snapshot pages and for people.</summary>
public sealed class CheckedPrinter
{
    private readonly StringBuilder text = new();
    private CheckedFormula formulas = new(new DistinctNames(), new DistinctNames());

    private CheckedPrinter()
    {
    }

    /// <summary>The values of a model's dimensions and hyperparameters.</summary>
    public static string Print(CheckedModel model)
    {
        var values = Dimensions(model.Dimensions).Concat(new CheckedPrinter().Hyperparameters(model.Hyperparameters));
        string horizon = model.Horizon is { } steps ? $" @horizon({Formula.Number(steps).Text})" : "";
        return $"model {model.Name} = {model.Layer.Name}[{string.Join(", ", values)}]{horizon}\n";
    }

    /// <summary>A layer with its dimensions as unknowns.</summary>
    public static string Print(CheckedLayer layer)
    {
        var printer = new CheckedPrinter();
        printer.Header(layer);
        printer.Statements(layer.Body, 1);
        foreach (LayerOutput output in layer.Outputs)
        {
            string reads = string.Join(", ", output.DependsOn.Select(printer.formulas.NameOf));
            printer.Line(1, $"out {output.Name}: {Text(output.Type)} = {printer.formulas.NameOf(output.Value)}{(reads.Length == 0 ? "" : $"   reads {reads}")}");
        }

        return printer.text.ToString();
    }

    private void Header(CheckedLayer layer)
    {
        var marks = layer.Dimensions.Select(d => d.Symbol.Name + (d.IsListed ? "" : d.IsSequence ? " sequence" : " inferred"));
        var hypers = layer.Hyperparameters.Select(h => h.Kind == HyperKind.Word ? $"{h.Name}: {string.Join(" | ", h.Words)}" : $"{h.Name}: {h.Kind.ToString().ToLowerInvariant()}");
        var parts = new[] { string.Join(", ", marks), string.Join(", ", hypers) }.Where(p => p.Length > 0);
        Line(0, $"{(layer.IsModel ? "model" : "layer")} {layer.Name}[{string.Join("; ", parts)}]");
        foreach (LayerInput input in layer.Inputs)
        {
            Line(1, $"in {formulas.NameOf(input.Local)}: {Text(input.Local.Type)}{(input.Default is null ? "" : " = " + formulas.Of(input.Default).Text)}");
        }
    }

    private void Statements(IEnumerable<CheckedStatement> body, int depth)
    {
        CheckedFormula outside = formulas;
        foreach (CheckedStatement statement in body)
        {
            formulas = outside.Inside();
            Line(depth, statement switch
            {
                CheckedParameter p => Text(p),
                CheckedEquation e => Text(e),
                CheckedCall c => Text(c),
                CheckedRepeat r => Text(r),
                CheckedTarget t => $"target {formulas.NameOf(t.Local)}: {Text(t.Local.Type)}",
                CheckedLoss l => $"loss = {formulas.Of(l.Value).Text}",
                CheckedMetric m => $"metric {m.Name} = {formulas.Of(m.Value).Text}",
                _ => throw new NotSupportedException(statement.GetType().Name),
            });
            if (statement is CheckedRepeat repeat) Statements(repeat.Body, depth + 1);
        }

        formulas = outside;
    }

    private string Text(CheckedParameter p)
    {
        string name = p.CheckpointName == p.Local.Name ? "" : $" as \"{p.CheckpointName}\"";
        string rate = p.LearningRateFactor == 1 ? "" : $" @lr({Formula.Number(p.LearningRateFactor).Text})";
        string marks = rate + (p.Decay ? "" : " @no_decay") + (p.Frozen ? " @frozen" : "");
        return $"param {formulas.NameOf(p.Local)}: {Text(p.Local.Type)}{name}{marks} = {formulas.Of(p.Init).Text}{For(p.Axes)}";
    }

    private string Text(CheckedEquation e) =>
        $"{formulas.NameOf(e.Target)}{formulas.Brackets(e.Left)} = {formulas.Of(e.Value).Text}{For(e.Axes)}{(e.IsInitial ? "   before the first step" : "")}";

    private string Text(CheckedCall c)
    {
        string results = string.Join(", ", c.Results.Select(r => r is null ? "_" : formulas.NameOf(r)));
        var arguments = c.Arguments.Zip(c.ArgumentIsLifted, (a, lifted) =>
            a is null ? "_" : formulas.NameOf(a) + (c.Lifted.IsEmpty || lifted ? "" : " shared"));
        string lift = c.Lifted.IsEmpty ? "" : $"   lifted over {string.Join(", ", c.Lifted)}";
        LayerInstance instance = c.Instance;
        var values = Dimensions(instance.Dimensions).Concat(Hyperparameters(instance.Hyperparameters));
        return $"{results} = {instance.Path}: {instance.Layer.Name}[{string.Join(", ", values)}]({string.Join(", ", arguments)}){lift}";
    }

    private string Text(CheckedRepeat r)
    {
        var carried = r.Carried.Select(c =>
            $"{formulas.NameOf(c.Entry)} from {formulas.NameOf(c.Before)}, then {formulas.NameOf(c.Exit)}, at last {formulas.NameOf(c.After)}");
        return $"repeat {r.Count} as {r.Path}[{formulas.NameOf(r.Copy)}]: {string.Join("; ", carried)}";
    }

    private string For(ImmutableArray<IndexSymbol> axes) => axes.IsEmpty ? "" : $"   for {formulas.Ranges(axes)}";

    private static IEnumerable<string> Dimensions(IEnumerable<KeyValuePair<DimSymbol, Dim>> values) =>
        values.OrderBy(v => v.Key.Name, StringComparer.Ordinal).Select(v => $"{v.Key} = {v.Value}");

    private IEnumerable<string> Hyperparameters(IEnumerable<KeyValuePair<Hyperparameter, HyperArgument>> values) =>
        values.OrderBy(v => v.Key.Name, StringComparer.Ordinal)
            .Select(v => $"{v.Key.Name} = {v.Value.Word ?? v.Value.PassedOn?.Name ?? formulas.Of(v.Value.Value!).Text}");

    private static string Text(TensorType type) =>
        type.Element.ToString().ToLowerInvariant() + (type.Rank == 0 ? "" : $"[{string.Join(", ", type.Shape)}]");

    private void Line(int depth, string line) => text.Append(' ', 2 * depth).Append(line).Append('\n');
}
