using SsmDsl.Ir;

namespace SsmDsl.Emit;

/// <summary>What the trainer sees of a model: loss and gradients without typed names.</summary>
internal static class FacadeTraining
{
    public static void Print(FacadeContext c)
    {
        string name = CSharpNames.Escape(c.Model.ClassName), batch = c.Names.Own("Batch"), scores = c.Names.Own("LossAndMetrics"), outputs = c.Names.Own("OutputSpans");
        string trainable = $"{FacadeContext.Runtime}ITrainable<{name}.{batch}, {FacadeContext.Runtime}Gradients>.";
        c.Code.Line();
        c.Code.Line($"{FacadeContext.Runtime}ParameterSet {trainable}Parameters => {c.Names.Own("Parameters")};");
        c.Code.Line();
        string metrics = string.Join(", ", c.Signature.Metrics.Select(Literals.Of));
        c.Code.Line($"global::System.Collections.Generic.IReadOnlyList<string> {trainable}MetricNames {{ get; }} = new string[] {{ {metrics} }};");
        c.Code.Line();
        c.Code.Line($"int {trainable}Count(in {batch} batch) => {Count(c)};");
        c.Method([], $"double {trainable}Backward(in {batch} batch, {FacadeContext.Runtime}Gradients gradients, ulong seed, ulong step, global::System.Span<double> metrics)", () =>
            Scores($"{c.Names.Own("Backward")}(batch, gradients, new {outputs}(), seed, step)"));
        c.Method([], $"double {trainable}Evaluate(in {batch} batch, global::System.Span<double> metrics)", () =>
            Scores($"{c.Names.Own("Evaluate")}(batch, new {outputs}())"));

        void Scores(string call)
        {
            c.Code.Line($"{scores} result = {call};");
            foreach ((string metric, int i) in c.Signature.Metrics.Select((m, i) => (m, i))) c.Code.Line($"metrics[{i}] = result.Metrics.{c.Names.Metrics[metric]};");
            c.Code.Line("return result.Loss;");
        }
    }

    /// <summary>Number of sequences: the first axis of the first tensor that is there.</summary>
    private static string Count(FacadeContext c)
    {
        ValueSignature[] values = [.. c.Signature.Inputs.Concat(c.Signature.Targets).OrderBy(v => v.Default is null ? 0 : 1)];
        string? count = values.Select(v => $"batch.{c.Names.Values[v.Name]}").Select((v, i) => values[i].Default is null ? $"(int){v}.Lengths[0]" : $"(int?){v}?.Lengths[0]").FirstOrDefault();
        return count is null ? "1" : count.StartsWith("(int?)", StringComparison.Ordinal) ? count + " ?? 1" : count;
    }
}
