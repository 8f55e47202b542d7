using SsmDsl.Ir;
using SsmDsl.Semantics;

namespace SsmDsl.Emit;

/// <summary>The state of a model, and the model step by step.</summary>
internal static class FacadeStream
{
    private const string Programs = FacadeContext.Programs;

    public static void PrintOpen(FacadeContext c)
    {
        string stream = c.Names.Own("Stream"), state = c.Names.Own("State");
        ValueSignature[] @fixed = [.. c.Signature.Inputs.Where(v => !IsStepped(c, v))];
        bool anyRequired = @fixed.Any(v => v.Default is null);
        var arguments = new List<string> { anyRequired ? "int batch" : "int batch = 1" };
        for (int i = 0; i < @fixed.Length; i++)
        {
            bool optional = @fixed.Skip(i).All(v => v.Default is not null);
            arguments.Add($"global::System.ReadOnlySpan<{c.Element(@fixed[i])}> {c.Names.Arguments[@fixed[i].Name]}{(optional ? " = default" : "")}");
        }

        arguments.Add($"{state}? initial = null");
        c.Method(
            [
                .. XmlDoc.Element("summary", "Opens a stream: the model step by step, without allocations. Dispose it. Any number of streams may be open."),
                "/// <param name=\"batch\">Number of sequences that run side by side.</param>",
                .. @fixed.Select(v => $"/// <param name=\"{c.Names.Arguments[v.Name].TrimStart('@')}\">Input <c>{XmlDoc.Escape(v.Name)}</c> {XmlDoc.Escape(FacadeContext.Shape(v))}, for the whole stream; last axis fastest.</param>"),
                FacadeDocs.Initial,
            ],
            $"public {stream} {c.Names.Own("OpenStream")}({string.Join(", ", arguments)})",
            () =>
            {
                c.Code.Line($"{Programs}StreamCore core = Engine.OpenStream(batch);");
                c.Code.Block("try", () =>
                {
                    foreach (ValueSignature value in @fixed)
                    {
                        string argument = c.Names.Arguments[value.Name];
                        string fix = $"core.Fix({c.Signature.Inputs.IndexOf(value)}, at, {argument}.Length);";
                        c.Code.Line($"fixed ({c.Element(value)}* at = {argument}) {(value.Default is null ? fix : $"if (!{argument}.IsEmpty) {fix}")}");
                    }

                    c.Code.Line("core.Restore(initial?.Data);");
                    c.Code.Line($"return new {stream}(core);");
                });
                c.Code.Block("catch", () =>
                {
                    c.Code.Line("core.Dispose();");
                    c.Code.Line("throw;");
                });
            },
            c.Stream);
    }

    public static void PrintTypes(FacadeContext c)
    {
        State(c);
        Stream(c);
    }

    private static void State(FacadeContext c)
    {
        string state = c.Names.Own("State"), definition = $"{c.Names.Own("Compiled")}.Definition";
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", "What the model carries from one chunk of its sequences to the next: a value that can be copied, kept and saved."));
        c.Code.Block($"public sealed class {state} : {FacadeContext.Runtime}ModelState", () =>
        {
            c.Code.Block($"internal {state}({Programs}StateData data) : base(data)", () => { });
            foreach ((ValueSignature value, int index) in c.Signature.States.Select((v, i) => (v, i)))
            {
                c.Code.Line();
                c.Code.Lines(FacadeContext.Doc(value, "State"));
                c.Code.Line($"public {c.Tensor(value)} {c.Names.States[value.Name]} => Data.Tensor<{c.Element(value)}>({index});");
            }

            c.Method(XmlDoc.Element("summary", "A copy that is independent of this one."), $"public {state} Copy()", () => c.Code.Line($"return new {state}(Data.Clone());"));
            foreach (string source in new[] { "string path", "global::System.IO.Stream stream" })
            {
                c.Method(
                    [
                        .. XmlDoc.Element("summary", "Reads a saved state."),
                        $"/// <param name=\"{source.Split(' ')[1]}\">A safetensors file.</param>",
                        "/// <exception cref=\"global::SsmDsl.CheckpointException\">It is damaged, or the state of another model.</exception>",
                    ],
                    $"public static {state} Load({source})",
                    () => c.Code.Line($"return new {state}({Programs}StateData.Load({definition}, {source.Split(' ')[1]}));"),
                    c.Stream);
            }
        });
    }

    private static void Stream(FacadeContext c)
    {
        string stream = c.Names.Own("Stream"), state = c.Names.Own("State");
        ValueSignature[] inputs = [.. c.Signature.Inputs.Where(v => IsStepped(c, v))];
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", "The model step by step on some sequences side by side. For one thread at a time; a step that fails leaves the state as it was."));
        c.Code.Block($"public sealed class {stream} : global::System.IDisposable", () =>
        {
            c.Code.Line($"private readonly {Programs}StreamCore core;");
            c.Code.Line();
            c.Code.Line($"internal {stream}({Programs}StreamCore core) => this.core = core;");
            c.Code.Line();
            c.Code.Lines(XmlDoc.Element("summary", "Number of sequences that run side by side."));
            c.Code.Line("public int Batch => core.Batch;");
            c.Code.Line();
            c.Code.Lines(XmlDoc.Element("summary", "Number of steps done."));
            c.Code.Line("public long Position => core.Position;");
            Step(c, inputs);
            c.Method(XmlDoc.Element("summary", "A copy of the state, or null before the first step."), $"public {state}? CopyState()", () =>
                c.Code.Line($"return core.State() is {{ }} data ? new {state}(data) : null;"));
            c.Method(
                [
                    .. XmlDoc.Element("summary", "Goes on from a state, of this stream, another one, or a run of the model."),
                    "/// <param name=\"state\">The state; null: the model's own start.</param>",
                    "/// <exception cref=\"global::System.ArgumentException\">It has another number of sequences.</exception>",
                ],
                $"public void Restore({state}? state)",
                () => c.Code.Line("core.Restore(state?.Data);"));
            c.Code.Line();
            c.Code.Line("/// <inheritdoc/>");
            c.Code.Line("public void Dispose() => core.Dispose();");
        });
    }

    private static void Step(FacadeContext c, ValueSignature[] inputs)
    {
        string[] arguments =
        [
            .. inputs.Select((v, i) => $"global::System.ReadOnlySpan<{c.Element(v)}> {c.Names.Arguments[v.Name]}{(inputs.Skip(i).All(later => later.Default is not null) ? " = default" : "")}"),
            .. c.Signature.Outputs.Select(v => $"global::System.Span<{c.Element(v)}> {c.Names.Arguments[v.Name]} = default"),
        ];
        c.Method(
            [
                .. XmlDoc.Element("summary", "Runs one position of all sequences."),
                .. inputs.Select(v => $"/// <param name=\"{c.Names.Arguments[v.Name].TrimStart('@')}\">Input <c>{XmlDoc.Escape(v.Name)}</c> {XmlDoc.Escape(StepShape(c, v))}, last axis fastest.</param>"),
                .. c.Signature.Outputs.Select(v => $"/// <param name=\"{c.Names.Arguments[v.Name].TrimStart('@')}\">Output <c>{XmlDoc.Escape(v.Name)}</c> {XmlDoc.Escape(StepShape(c, v))}; left empty, it is not copied.</param>"),
                "/// <exception cref=\"global::System.ArgumentException\">A span has a wrong number of elements; ParamName is the tensor.</exception>",
                "/// <exception cref=\"global::SsmDsl.IndexOutOfVocabularyException\">A value of an int tensor is no position of the tensor that it indexes.</exception>",
            ],
            $"public void Step({string.Join(", ", arguments)})",
            () =>
            {
                c.Code.Line("core.Begin();");
                (ValueSignature Value, string Role, int Index)[] pinned =
                [
                    .. inputs.Select(v => (v, "Input", c.Signature.Inputs.IndexOf(v))),
                    .. c.Signature.Outputs.Select((v, i) => (v, "Output", i)),
                ];
                foreach ((ValueSignature value, string role, int index) in pinned)
                    c.Code.Line($"fixed ({c.Element(value)}* {role.ToLowerInvariant()}{index} = {c.Names.Arguments[value.Name]})");
                c.Code.Braces(() =>
                {
                    foreach ((ValueSignature value, string role, int index) in pinned)
                        c.Code.Line($"core.{role}({index}, {role.ToLowerInvariant()}{index}, {c.Names.Arguments[value.Name]}.Length);");
                    c.Code.Line("core.Run();");
                });
            });
    }

    /// <summary>Whether an input is given at each step; otherwise once, when a stream opens.</summary>
    private static bool IsStepped(FacadeContext c, ValueSignature input) => input.Type.Shape.Any(d =>
        c.Signature.StreamDimension is { } stream ? d.Symbols.Contains(stream) : d.Symbols.Overlaps(c.Signature.Dynamic));

    private static string StepShape(FacadeContext c, ValueSignature value) => FacadeContext.Shape(value with
    {
        Type = value.Type with { Shape = [.. value.Type.Shape.Where(d => c.Signature.StreamDimension is not { } stream || !d.Equals(Dim.Of(stream)))] },
    });
}
