using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>The methods that run a model: they pin the caller's memory, fill a call of the runtime, and read its results.</summary>
internal sealed class FacadeCalls
{
    private const string Group = FacadeContext.Programs + "SlotGroup.";
    private const string Gradients = FacadeContext.Runtime + "Gradients";

    private readonly FacadeContext c;
    private readonly string inputs, outputs, outputSpans, batchSpans, inputGradients, inputGradientSpans, state;

    private FacadeCalls(FacadeContext context)
    {
        c = context;
        inputs = c.Names.Own("Inputs");
        outputs = c.Names.Own("Outputs");
        outputSpans = c.Names.Own("OutputSpans");
        batchSpans = c.Names.Own("BatchSpans");
        inputGradients = c.Names.Own("InputGradients");
        inputGradientSpans = c.Names.Own("InputGradientSpans");
        state = c.Names.Own("State");
    }

    public static void Print(FacadeContext context)
    {
        var calls = new FacadeCalls(context);
        calls.Forward();
        calls.Evaluate();
        calls.Backward();
        calls.VectorJacobian();
    }

    private void Forward()
    {
        string name = c.Names.Own("Forward");
        string arguments = string.Join(", ", Optional(c.Signature.Inputs).Select(i => $"scoped in {c.View(i.Value)} {c.Names.Arguments[i.Value.Name]}{(i.Optional ? " = default" : "")}"));
        string filled = string.Join(", ", c.Signature.Inputs.Select(i => $"{c.Names.Values[i.Name]} = {c.Names.Arguments[i.Name]}"));
        IEnumerable<string> docs = c.Signature.Inputs.Select(i => $"/// <param name=\"{c.Names.Arguments[i.Name].TrimStart('@')}\">Input <c>{XmlDoc.Escape(i.Name)}</c> {XmlDoc.Escape(FacadeContext.Shape(i))}.</param>");
        if (c.Signature.Inputs.Length > 0)
        {
            Overloads(
                FacadeDocs.Forward(docs), $"public {outputs} {name}", arguments, 0,
                initial => c.Code.Line($"return {name}(new {inputs} {{ {filled} }}{(initial ? ", initial" : "")});"));
        }

        Overloads(FacadeDocs.Forward([FacadeDocs.Inputs]), $"public {outputs} {name}", $"scoped in {inputs} inputs", 1, initial =>
            Call("Forward", initial, into: false, [.. Given("inputs", c.Signature.Inputs, "Input")], () =>
            {
                c.Code.Line($"var outputs = {NewOutputs()};");
                c.Code.Line("call.Run();");
                c.Code.Line("return outputs;");
            }));
        Overloads(FacadeDocs.Forward([FacadeDocs.Inputs, FacadeDocs.Outputs]), $"public void {name}", $"scoped in {inputs} inputs, scoped in {outputSpans} outputs", 2, initial =>
            Call("Forward", initial, into: true, [.. Given("inputs", c.Signature.Inputs, "Input"), .. Wanted("outputs", c.Signature.Outputs, "Output")], () => c.Code.Line("call.Run();")),
            into: true);
    }

    private void Evaluate()
    {
        string name = c.Names.Own("Evaluate"), result = c.Names.Own("EvaluateResult"), score = c.Names.Own("LossAndMetrics");
        Overloads(FacadeDocs.Evaluate([FacadeDocs.Batch]), $"public {result} {name}", $"scoped in {batchSpans} batch", 1, initial =>
            Call("Evaluate", initial, into: false, [.. GivenBatch()], () =>
            {
                c.Code.Line($"var outputs = {NewOutputs()};");
                c.Code.Line("call.Run();");
                c.Code.Line($"return new {result}(call.Loss, {Metrics()}, outputs);");
            }), c.Score);
        Overloads(FacadeDocs.Evaluate([FacadeDocs.Batch, FacadeDocs.Outputs]), $"public {score} {name}", $"scoped in {batchSpans} batch, scoped in {outputSpans} outputs", 2, initial =>
            Call("Evaluate", initial, into: true, [.. GivenBatch(), .. Wanted("outputs", c.Signature.Outputs, "Output")], () =>
            {
                c.Code.Line("call.Run();");
                c.Code.Line($"return new {score}(call.Loss, {Metrics()});");
            }), c.Score, into: true);
    }

    private void Backward()
    {
        string name = c.Names.Own("Backward"), result = c.Names.Own("BackwardResult"), score = c.Names.Own("LossAndMetrics");
        const string random = "ulong seed = 0, ulong step = 0, bool accumulate = false";
        Overloads(FacadeDocs.Backward([FacadeDocs.Batch, FacadeDocs.Gradients, .. FacadeDocs.Random, FacadeDocs.Accumulate]), $"public {result} {name}", $"scoped in {batchSpans} batch, {Gradients} gradients, {random}", 1, initial =>
            Call("Backward", initial, into: false, [.. GivenBatch()], () =>
            {
                c.Code.Line("call.Training(seed, step);");
                c.Code.Line("call.Gradients(gradients, accumulate);");
            }, () =>
            {
                NewResults(initial);
                c.Code.Line($"return new {result}(call.Loss, {Metrics()}, outputs, inputGradients, {(initial ? "initialGradient" : "null")});");
            }), c.Loss);
        Overloads(
            FacadeDocs.Backward([FacadeDocs.Batch, FacadeDocs.Gradients, FacadeDocs.Outputs, .. FacadeDocs.Random, FacadeDocs.Accumulate, FacadeDocs.InputGradients]),
            $"public {score} {name}",
            $"scoped in {batchSpans} batch, {Gradients} gradients, scoped in {outputSpans} outputs, {random}, scoped in {inputGradientSpans} inputGradients = default", 2, initial =>
            Call("Backward", initial, into: true, [.. GivenBatch(), .. Wanted("outputs", c.Signature.Outputs, "Output"), .. Wanted("inputGradients", c.DifferentiableInputs, "InputGradient")], () =>
            {
                c.Code.Line("call.Training(seed, step);");
                c.Code.Line("call.Gradients(gradients, accumulate);");
            }, () =>
            {
                c.Code.Line("call.Run();");
                c.Code.Line($"return new {score}(call.Loss, {Metrics()});");
            }), c.Loss, into: true);
    }

    private void VectorJacobian()
    {
        string name = c.Names.Own("Backward"), result = c.Names.Own("VectorJacobianResult"), seeds = c.Names.Own("OutputGradients");
        string given = $"scoped in {inputs} inputs, scoped in {seeds} outputGradients, {Gradients} gradients";
        string[] docs = [FacadeDocs.Inputs, FacadeDocs.OutputGradients, FacadeDocs.Gradients];
        Pinned[] pinned = [.. Given("inputs", c.Signature.Inputs, "Input"), .. Given("outputGradients", c.DifferentiableOutputs, "OutputSeed")];
        void Settings(bool initial)
        {
            c.Code.Line("call.Training(training, seed, step);");
            c.Code.Line("call.Gradients(gradients, accumulate);");
            if (initial) c.Code.Line("call.FinalStateSeed(stateGradient?.Data);");
        }

        const string options = "bool accumulate = false, bool training = false, ulong seed = 0, ulong step = 0";
        string[] optionDocs = [FacadeDocs.Accumulate, FacadeDocs.Training, .. FacadeDocs.Random];
        Overloads(FacadeDocs.VectorJacobian([.. docs, .. optionDocs]), $"public {result} {name}", $"{given}, {options}", 1, initial =>
            Call("VectorJacobian", initial, into: false, pinned, () => Settings(initial), () =>
            {
                NewResults(initial);
                c.Code.Line($"return new {result}(outputs, inputGradients, {(initial ? "initialGradient" : "null")});");
            }), seeded: true);
        Overloads(FacadeDocs.VectorJacobian([.. docs, FacadeDocs.Outputs, .. optionDocs, FacadeDocs.InputGradients]), $"public void {name}", $"{given}, scoped in {outputSpans} outputs, {options}, scoped in {inputGradientSpans} inputGradients = default", 2, initial =>
            Call("VectorJacobian", initial, into: true, [.. pinned, .. Wanted("outputs", c.Signature.Outputs, "Output"), .. Wanted("inputGradients", c.DifferentiableInputs, "InputGradient")],
                () => Settings(initial), () => c.Code.Line("call.Run();")), into: true, seeded: true);
    }

    /// <summary>
    /// A method that may begin at a state: one with optional states or, where the model has none, one without them and one that is forbidden.
    /// </summary>
    /// <param name="into">Whether the states after the run are written to the caller's too.</param>
    /// <param name="seeded">Whether it takes a derivative by the final state.</param>
    private void Overloads(IEnumerable<string> doc, string header, string arguments, int priority, Action<bool> body, string? impossible = null, bool into = false, bool seeded = false)
    {
        (string Argument, string Doc)[] states =
        [
            ("initial", FacadeDocs.Initial),
            .. into ? [("final", FacadeDocs.Final)] : ((string, string)[])[],
            .. seeded ? [("stateGradient", FacadeDocs.StateGradient)] : ((string, string)[])[],
        ];
        string optional = string.Join("", states.Select(s => $", {state}? {s.Argument} = null"));
        if (c.Stream is null)
        {
            c.Method([.. doc, .. states.Select(s => s.Doc), .. FacadeDocs.Exceptions], $"{header}({arguments}{optional})", () => body(true), impossible, priority);
            return;
        }

        c.Method([.. doc, .. FacadeDocs.Exceptions], $"{header}({arguments})", () => body(false), impossible, priority);
        string required = arguments.Replace(" = default", "").Replace(" = false", "").Replace(" = 0", "");
        c.Method([.. doc, FacadeDocs.Initial], $"{header}({required}, {state} initial)", () => { }, impossible ?? c.Stream, priority);
    }

    private void Call(string kind, bool initial, bool into, Pinned[] pinned, Action results) => Call(kind, initial, into, pinned, () => { }, results);

    /// <summary>The body of a method: pins, a call, what is given, what is wanted, results.</summary>
    private void Call(string kind, bool initial, bool into, Pinned[] pinned, Action settings, Action results)
    {
        foreach (Pinned memory in pinned) c.Code.Line($"fixed ({memory.Element}* {memory.Pointer} = {memory.Source})");
        if (pinned.Length > 0) c.Code.Braces(Body);
        else Body();

        void Body()
        {
            c.Code.Line($"using {FacadeContext.Programs}ModelCall call = Engine.Open({FacadeContext.Programs}ProgramKind.{kind});");
            foreach (Pinned memory in pinned.Where(m => !m.IsResult)) c.Code.Line($"call.{memory.Role}({memory.Index}, {memory.Pointer}, {memory.Source});");
            if (initial) c.Code.Line("call.Initial(initial?.Data);");
            settings();
            c.Code.Line("call.Bind();");
            foreach (Pinned memory in pinned.Where(m => m.IsResult)) c.Code.Line($"call.Into({Group}{memory.Role}, {memory.Index}, {memory.Pointer}, {memory.Source});");
            if (initial && into) c.Code.Line("if (final is not null) call.Into(final.Data);");
            results();
        }
    }

    private void NewResults(bool initial)
    {
        c.Code.Line($"var outputs = {NewOutputs()};");
        c.Code.Line($"var inputGradients = new {inputGradients}({string.Join(", ", c.DifferentiableInputs.Select(v => New(v, "InputGradient", c.Signature.Inputs.IndexOf(v))))});");
        if (initial) c.Code.Line($"{state}? initialGradient = initial is null ? null : new {state}(call.NewState({Group}InitialStateGradient));");
        c.Code.Line("call.Run();");
    }

    private string NewOutputs()
    {
        IEnumerable<string> made = c.Signature.Outputs.Select((v, i) => New(v, "Output", i));
        if (c.Stream is null) made = made.Append($"new {state}(call.NewState({Group}FinalState))");
        return $"new {outputs}({string.Join(", ", made)})";
    }

    private string New(ValueSignature value, string group, int index) => $"call.New<{c.Element(value)}>({Group}{group}, {index})";

    private string Metrics() => $"new {c.Names.Own("Metrics")}({string.Join(", ", c.Signature.Metrics.Select((_, i) => $"call.Metric({i})"))})";

    private IEnumerable<Pinned> GivenBatch() => Given("batch", c.Signature.Inputs, "Input").Concat(Given("batch", c.Signature.Targets, "Target"));

    private IEnumerable<Pinned> Given(string owner, IEnumerable<ValueSignature> values, string role) => Pins(owner, values, role, false);

    private IEnumerable<Pinned> Wanted(string owner, IEnumerable<ValueSignature> values, string role) => Pins(owner, values, role, true);

    private IEnumerable<Pinned> Pins(string owner, IEnumerable<ValueSignature> values, string role, bool isResult) => values.Select(v =>
    {
        bool isOutput = c.Signature.Outputs.Contains(v);
        int index = isOutput ? c.Signature.Outputs.IndexOf(v) : role == "Target" ? c.Signature.Targets.IndexOf(v) : c.Signature.Inputs.IndexOf(v);
        string member = (isOutput ? c.Names.Outputs : c.Names.Values)[v.Name];
        string hint = char.ToLowerInvariant(role[0]) + role.Substring(1);
        return new Pinned(c.Element(v), $"{hint}{index}", $"{owner}.{member}", role, index, isResult);
    });

    /// <summary>Only what nothing required follows may be left out.</summary>
    private static IEnumerable<(ValueSignature Value, bool Optional)> Optional(IReadOnlyList<ValueSignature> values) =>
        values.Select((v, i) => (v, values.Skip(i).All(later => later.Default is not null)));

    private sealed record Pinned(string Element, string Pointer, string Source, string Role, int Index, bool IsResult);
}
