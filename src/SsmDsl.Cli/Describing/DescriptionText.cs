using SsmDsl.Ilgpu;
using static SsmDsl.Cli.Describing.Quantities;

namespace SsmDsl.Cli.Describing;

/// <summary>A description as plain text.</summary>
internal static class DescriptionText
{
    public static void Write(ModelDescription model, TextWriter output)
    {
        output.WriteLine($"model {(model.Namespace is null ? "" : model.Namespace + ".")}{model.Model}");
        foreach (string line in (model.Summary ?? "").Split('\n').Where(l => l.Length > 0)) output.WriteLine($"  {line.Trim()}");

        Table(output, "Dimensions",
        [
            .. model.Constants.Select(c => new[] { c.Key, Exact(c.Value) }),
            .. model.Dynamic.Select(d => new[] { d.Key, $"known at run time; {Exact(d.Value)} here" }),
        ]);
        Table(output, "Tensors",
        [
            .. Rows("input", model.Inputs), .. Rows("target", model.Targets), .. Rows("output", model.Outputs), .. Rows("state", model.States),
            .. model.HasLoss ? [["loss", "", "", ""]] : Array.Empty<string[]>(),
            .. model.Metrics.Select(m => new[] { "metric", m, "", "" }),
        ]);
        Table(output, "Layers", [.. model.Layers.Select(l => new[] { new string(' ', 2 * l.Depth) + LastPart(l.Path), l.Layer, l.Output, Exact(l.Parameters) })], right: 3);
        Table(output, $"Parameters: {Exact(model.ParameterCount)}", [.. model.Parameters.Select(p => new[] { p.Name, $"{p.Type}{p.Shape}", Exact(p.Count), Notes(p) })], right: 2);
        Table(output, "Recurrences", [.. model.Recurrences.SelectMany(Rows)]);
        Table(output, $"Cost for {string.Join(", ", model.Dynamic.Select(d => $"{d.Key} = {Exact(d.Value)}"))}",
        [
            ["mode", "FLOPs", "functions", "traffic", "memory", ""],
            .. model.Modes.Select(m => new[] { m.Mode, Count(m.Flops), Count(m.Functions), Bytes(m.Bytes), Bytes(m.Memory.Total), Parts(m.Memory) }),
        ]);
        if (model.Device is { } device)
        {
            Table(output, $"Kernels for {device.Architecture}; launches: {string.Join(", ", device.Launches.Select(l => $"{l.Key} {Exact(l.Value)}"))}",
            [
                ["kernel", "instructions", "registers", "shared", "local"],
                .. device.Kernels.Select(k => new[] { k.Kernel, Exact(k.Instructions), Exact(k.Registers), Bytes(k.SharedBytes), Bytes(k.LocalBytes) }),
            ]);
            output.WriteLine($"  Products of {Exact(IlgpuDevice.LargeProduct)} multiplications and more, which are cuBLAS's where it is installed: {string.Join(", ", device.LibraryProducts.Select(l => $"{l.Key} {Exact(l.Value)}"))}");
            Table(output, $"Recurrences that run in segments side by side where a step has no more than {Exact(device.SegmentsUpTo)} elements",
                [.. device.Segments.Select(s => new[] { s.Mode, string.Join(", ", s.States), $"{Exact(s.Elements)} elements", s.Count == 1 ? $"{Exact(s.Steps)} steps, whole" : $"{Exact(s.Steps)} steps in {Exact(s.Count)} segments of {Exact(s.Length)}" })]);
        }

        output.WriteLine();
        output.WriteLine(model.Step is null ? "Runs step by step, and in chunks with the state carried over." : $"Does not run step by step (SSM0304): {model.Step}.");
    }

    private static IEnumerable<string[]> Rows(string what, IReadOnlyList<ValueDescription> values) =>
        values.Select(v => new[] { what, v.Name, v.Type, v.Shape });

    private static IEnumerable<string[]> Rows(RecurrenceDescription recurrence)
    {
        string direction = recurrence.Reversed ? ", from the end" : "";
        yield return [recurrence.Name, $"{recurrence.Kind}, {(recurrence.Selective ? "coefficients depend on the input" : "fixed coefficients")}"];
        yield return ["", $"{Exact(recurrence.StateSize)} numbers of state, along {recurrence.Along}{direction}{(recurrence.Place is null ? "" : $"; {recurrence.Place}")}"];
        if (recurrence.Chunk is { } chunk) yield return ["", $"runs as products of matrices over chunks of {chunk} positions"];
        if (recurrence.Modes is not { } modes) yield break;
        string horizon = double.IsFinite(modes.Horizon) ? $"slowest mode falls to 1/e in {Short(modes.Horizon)} steps" : "the slowest mode does not decay";
        yield return ["", $"at initialisation {Short(modes.Smallest)} ≤ |λ| ≤ {Short(modes.Largest)}, {horizon}{(modes.Assumption is null ? "" : $" ({modes.Assumption})")}"];
    }

    private static string Notes(ParameterDescription parameter) => string.Join(", ", new[]
    {
        parameter.LearningRateFactor == 1 ? null : $"lr × {Short(parameter.LearningRateFactor)}",
        parameter.Decay ? null : "no decay",
        parameter.Frozen ? "frozen" : null,
    }.OfType<string>());

    private static string Parts(MemoryDescription memory) => "= " + string.Join(" + ", new[]
    {
        Part("parameters", memory.Parameters), Part("gradients", memory.Gradients), Part("AdamW", memory.Optimizer),
        Part("inputs and results", memory.Values), Part("scratch", memory.Scratch),
    }.OfType<string>());

    private static string? Part(string name, double bytes) => bytes == 0 ? null : $"{name} {Bytes(bytes)}";

    private static string LastPart(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static void Table(TextWriter output, string title, IReadOnlyList<string[]> rows, int right = -1)
    {
        if (rows.Count == 0) return;
        output.WriteLine();
        output.WriteLine(title);
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(r => r[column].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) => column == right ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine($"  {string.Join("  ", cells)}".TrimEnd());
        }
    }
}
