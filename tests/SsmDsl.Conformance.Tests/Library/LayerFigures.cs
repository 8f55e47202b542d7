using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SsmDsl.Conformance.Tests.Library;

/// <summary>What <c>ssm describe</c> says of one use of a layer on 64 features, as its page shows it.</summary>
internal static class LayerFigures
{
    public const string Title = "## Figures";
    private const int Length = 1024;

    /// <summary>The use and, for layers that do not take 64 reals, the header of the program.</summary>
    private static readonly Dictionary<string, (string Use, string? Header)> Uses = new()
    {
        ["Linear"] = ("Linear[64]", null),
        ["Project"] = ("Project[64]", null),
        ["Embedding"] = ("Embedding[256, 64]", "(x: int[T]) -> y: real[T, 64]"),
        ["Glu"] = ("Glu", "(x: real[T, 64]) -> y: real[T, 32]"),
        ["Mlp"] = ("Mlp[256]", null),
        ["CausalAttention"] = ("CausalAttention[4]", null),
        ["CrossEntropy"] = ("CrossEntropy(label)", "(x: real[T, 64], label: int[T]) -> y: real[T]"),
        ["MeanSquaredError"] = ("MeanSquaredError(goal)", "(x: real[T, 64], goal: real[T, 64]) -> y: real[T, 64]"),
        ["BinaryCrossEntropy"] = ("BinaryCrossEntropy(goal)", "(x: real[T, 64], goal: real[T, 64]) -> y: real[T, 64]"),
        ["RealLinearRnn"] = ("RealLinearRnn[64]", null),
        ["ComplexLinearRnn"] = ("ComplexLinearRnn[64]", "(x: real[T, 64]) -> y: real[T, 128]"),
        ["Lru"] = ("Lru[64]", null),
        ["MinGru"] = ("MinGru[64]", null),
        ["MinLstm"] = ("MinLstm[64]", null),
        ["Rnn"] = ("Rnn[64]", null),
        ["Gru"] = ("Gru[64]", null),
        ["Lstm"] = ("Lstm[64]", null),
    };

    /// <summary>The section of a layer's page.</summary>
    public static string Of(string layer)
    {
        (string use, string? header) = Uses.TryGetValue(layer, out var known) ? known : (layer, null);
        using JsonDocument document = Describe($"model M{header ?? "(x: real[T, 64]) -> y: real[T, 64]"} {{\n    y = x |> {use} as it\n}}\n");
        JsonElement model = document.RootElement;
        JsonElement[] modes = [.. model.GetProperty("modes").EnumerateArray()];
        bool isStepped = modes.Any(m => Text(m, "mode") == "step");
        JsonElement mode = modes.Single(m => Text(m, "mode") == (isStepped ? "step" : "forward"));
        string cost = isStepped ? "of a step" : string.Create(CultureInfo.InvariantCulture, $"of {Length:N0} positions");
        JsonElement[] recurrences = [.. model.GetProperty("recurrences").EnumerateArray()];

        var text = new StringBuilder($"{Title}\n\nOne use, `x |> {use}`, with 64 features (`ssm describe`):\n\n| | |\n| --- | --- |\n");
        void Row(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        Row("parameters", Number(model.GetProperty("parameterCount").GetDouble()));
        Row($"FLOPs {cost}", Number(mode.GetProperty("flops").GetDouble()));
        Row($"exp, log and the like {cost}", Number(mode.GetProperty("functions").GetDouble()));
        Row("numbers of state of a stream", Number(model.GetProperty("states").EnumerateArray().Sum(Count)));
        Row("recurrence", recurrences.Length == 0 ? "none" : string.Join("; ", recurrences.Select(Recurrence)));
        return text.ToString();
    }

    private static string Recurrence(JsonElement recurrence)
    {
        string name = Text(recurrence, "name");
        string depends = recurrence.GetProperty("selective").GetBoolean() ? "coefficients depend on the input" : "fixed coefficients";
        return $"`{name[(name.LastIndexOf('.') + 1)..]}`: {Text(recurrence, "kind")}{(recurrence.GetProperty("linear").GetBoolean() ? $", {depends}" : "")}";
    }

    /// <summary>Numbers of a state for one sequence.</summary>
    private static double Count(JsonElement state) =>
        Text(state, "shape").Trim('[', ']').Split(", ").Where(a => a != "batch").Aggregate(
            Text(state, "type") == "complex" ? 2.0 : 1.0, (n, a) => n * double.Parse(a, CultureInfo.InvariantCulture));

    private static JsonDocument Describe(string program)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("m.ssm"), program);
        return JsonDocument.Parse(Tool.Require("describe", folder.At("m.ssm"), "--model", "M", "--length", $"{Length}", "--json"));
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
