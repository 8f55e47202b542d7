using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>The nested types that carry tensors in and out.</summary>
internal static class FacadeRecords
{
    public static void Print(FacadeContext c)
    {
        FacadeNames names = c.Names;
        ValueSignature[] values = [.. c.Signature.Inputs, .. c.Signature.Targets];
        Spans(c, "Inputs", "Inputs of a run: views of the caller's tensors, of any strides.", c.Signature.Inputs.Select(v => (v, c.View(v), names.Values[v.Name], "Input", v.Default is null)));
        Batch(c, values);
        Spans(c, "BatchSpans", "Inputs and targets of a run: views of the caller's tensors, of any strides.", values.Select(v => (v, c.View(v), names.Values[v.Name], Role(c, v), v.Default is null)), () => BatchConversion(c, values));
        Outputs(c);
        Spans(c, "OutputSpans", "Where outputs go: memory of the caller. One that is left empty is not wanted.", c.Signature.Outputs.Select(v => (v, c.Destination(v), names.Outputs[v.Name], "Output", false)));
        Spans(c, "OutputGradients", "Derivatives by outputs. One that is left empty is zero.", c.DifferentiableOutputs.Select(v => (v, c.View(v), names.Outputs[v.Name], "Derivative by output", false)));
        Record(c, "InputGradients", "Derivatives by inputs; of a complex input, by its real and its imaginary part.", c.DifferentiableInputs.Select(v => (v, names.Values[v.Name], "Derivative by input")));
        Spans(c, "InputGradientSpans", "Where derivatives by inputs go: memory of the caller. One that is left empty is not wanted.", c.DifferentiableInputs.Select(v => (v, c.Destination(v), names.Values[v.Name], "Derivative by input", false)));
        Scores(c);
    }

    private static string Role(FacadeContext c, ValueSignature value) => c.Signature.Inputs.Contains(value) ? "Input" : "Target";

    private static void Spans(
        FacadeContext c,
        string type,
        string doc,
        IEnumerable<(ValueSignature Value, string Type, string Name, string Role, bool Required)> members,
        Action? more = null)
    {
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", doc));
        c.Code.Block($"public readonly ref struct {c.Names.Own(type)}", () =>
        {
            bool first = true;
            foreach ((ValueSignature value, string memberType, string name, string role, bool required) in members)
            {
                if (!first) c.Code.Line();
                first = false;
                c.Code.Lines(FacadeContext.Doc(value, role));
                c.Code.Line($"public {(required ? "required " : "")}{memberType} {name} {{ get; init; }}");
            }

            more?.Invoke();
        });
    }

    private static void Batch(FacadeContext c, ValueSignature[] values)
    {
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", "Inputs and targets of some sequences."));
        c.Code.Block($"public readonly record struct {c.Names.Own("Batch")}", () =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (i > 0) c.Code.Line();
                c.Code.Lines(FacadeContext.Doc(values[i], Role(c, values[i])));
                c.Code.Line(values[i].Default is null
                    ? $"public required {c.Tensor(values[i])} {c.Names.Values[values[i].Name]} {{ get; init; }}"
                    : $"public {c.Tensor(values[i])}? {c.Names.Values[values[i].Name]} {{ get; init; }}");
            }
        });
    }

    private static void BatchConversion(FacadeContext c, ValueSignature[] values)
    {
        string spans = c.Names.Own("BatchSpans");
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", "Views of the tensors of a batch."));
        c.Code.Block($"public static implicit operator {spans}(in {c.Names.Own("Batch")} batch) => new()", () =>
        {
            foreach (ValueSignature value in values)
            {
                string name = c.Names.Values[value.Name];
                c.Code.Line($"{name} = batch.{name} is null ? default : batch.{name}.AsReadOnlyTensorSpan(),");
            }
        }, "};");
    }

    private static void Outputs(FacadeContext c)
    {
        string state = c.Names.Own("State");
        Record(
            c,
            "Outputs",
            "Outputs of a run: tensors that are the caller's, managed memory that nothing overwrites.",
            c.Signature.Outputs.Select(v => (v, c.Names.Outputs[v.Name], "Output")),
            c.Stream is null ? [($"{state} State", "The state after the last position: give it as <c>initial</c> to go on from there.")] : [],
            c.Stream is null ? null : () => NoState(c));
    }

    private static void NoState(FacadeContext c)
    {
        c.Code.Lines(XmlDoc.Element("summary", "There is none: the model cannot run chunk by chunk."));
        c.Code.Line($"[global::System.Obsolete({Literals.Of(c.Stream)}, error: true)]");
        c.Code.Line($"public {c.Names.Own("State")} State => throw new global::System.NotSupportedException({Literals.Of(c.Stream)});");
    }

    private static void FinalState(FacadeContext c)
    {
        if (c.Stream is not null)
        {
            NoState(c);
            return;
        }

        c.Code.Lines(XmlDoc.Element("summary", "The state after the last position."));
        c.Code.Line($"public {c.Names.Own("State")} State => Outputs.State;");
    }

    private static void Record(
        FacadeContext c,
        string type,
        string doc,
        IEnumerable<(ValueSignature Value, string Name, string Role)> tensors,
        (string Declaration, string Doc)[]? others = null,
        Action? more = null)
    {
        (ValueSignature Value, string Name, string Role)[] members = [.. tensors];
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", doc));
        foreach ((ValueSignature value, string name, string role) in members)
        {
            string source = value.Doc is { Length: > 0 } own ? " " + XmlDoc.Escape(own.Replace('\n', ' ')) : "";
            c.Code.Line($"/// <param name=\"{name}\">{role} <c>{XmlDoc.Escape(value.Name)}</c> {XmlDoc.Escape(FacadeContext.Shape(value))}.{source}</param>");
        }

        foreach ((string declaration, string text) in others ?? []) c.Code.Line($"/// <param name=\"{declaration.Split(' ')[1]}\">{text}</param>");
        string list = string.Join(", ", members.Select(m => $"{c.Tensor(m.Value)} {m.Name}").Concat((others ?? []).Select(o => o.Declaration)));
        string header = $"public sealed record {c.Names.Own(type)}({list})";
        if (more is null) c.Code.Line(header + ";");
        else c.Code.Block(header, more);
    }

    private static void Scores(FacadeContext c)
    {
        string metrics = c.Names.Own("Metrics"), outputs = c.Names.Own("Outputs"), state = c.Names.Own("State"), inputs = c.Names.Own("InputGradients");
        c.Code.Line();
        c.Code.Lines(XmlDoc.Element("summary", "Metrics of a run: means over the batch."));
        foreach (string metric in c.Signature.Metrics) c.Code.Line($"/// <param name=\"{c.Names.Metrics[metric]}\">Metric <c>{XmlDoc.Escape(metric)}</c>.</param>");
        string list = string.Join(", ", c.Signature.Metrics.Select(m => $"double {c.Names.Metrics[m]}"));
        c.Code.Line($"public readonly record struct {metrics}({list});");

        const string loss = "/// <param name=\"Loss\">The loss: the mean over the batch; NaN if the model has none.</param>";
        const string metricsDoc = "/// <param name=\"Metrics\">The metrics: means over the batch.</param>";
        const string outputsDoc = "/// <param name=\"Outputs\">The outputs and the final state.</param>";
        const string inputsDoc = "/// <param name=\"InputGradients\">Derivatives by the inputs.</param>";
        const string initialDoc = "/// <param name=\"InitialGradient\">Derivatives by the initial state; null if none was given.</param>";
        Line("Loss and metrics of a run whose other results went to the caller's memory.", $"public readonly record struct {c.Names.Own("LossAndMetrics")}(double Loss, {metrics} Metrics);", loss, metricsDoc);
        Results("Loss, metrics and outputs of an evaluation.", $"public sealed record {c.Names.Own("EvaluateResult")}(double Loss, {metrics} Metrics, {outputs} Outputs)", loss, metricsDoc, outputsDoc);
        Results(
            "Results of a backward run, beside the gradients of the parameters.",
            $"public sealed record {c.Names.Own("BackwardResult")}(double Loss, {metrics} Metrics, {outputs} Outputs, {inputs} InputGradients, {state}? InitialGradient)",
            loss, metricsDoc, outputsDoc, inputsDoc, initialDoc);
        Results(
            "Results of a vector–Jacobian product, beside the gradients of the parameters.",
            $"public sealed record {c.Names.Own("VectorJacobianResult")}({outputs} Outputs, {inputs} InputGradients, {state}? InitialGradient)",
            outputsDoc, inputsDoc, initialDoc);

        void Line(string summary, string declaration, params string[] parameters)
        {
            c.Code.Line();
            c.Code.Lines(XmlDoc.Element("summary", summary));
            c.Code.Lines(parameters);
            c.Code.Line(declaration);
        }

        void Results(string summary, string declaration, params string[] parameters)
        {
            c.Code.Line();
            c.Code.Lines(XmlDoc.Element("summary", summary));
            c.Code.Lines(parameters);
            c.Code.Block(declaration, () => FinalState(c));
        }
    }
}
