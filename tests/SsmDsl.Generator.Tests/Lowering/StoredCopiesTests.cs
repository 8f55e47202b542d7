using SsmDsl.Compilation;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Lowering;

/// <summary>What the way back of a recurrence needs beside its outputs.</summary>
public class StoredCopiesTests
{
    [Theory]
    [InlineData("h[t, d] = a[t, d] * h[t-1, d] + x[t, d]\n    y = h", 64, false)]
    [InlineData("param first: real[64] = 0.5\n    h[-1, d: 64] = 2 * first[d]\n    h[t, d] = a[t, d] * h[t-1, d]\n    y = h", 64, false)]
    [InlineData("h[t, d] = a[t, d] * h[t-1, d] + x[t, d]\n    y[t, d] = 2 * h[t, d]", 64, true)]
    [InlineData("h[t, d] = a[t, d] * h[t-1, d] + x[t, d]\n    y = h", 1, false)]
    public void Only_states_that_are_no_output_are_kept(string equations, int width, bool areKept)
    {
        string text = $"model M(a: real[T, {width}], x: real[T, {width}]) -> y: real[T, {width}] {{\n    {equations}\n}}";
        CheckedModel model = Pipeline.Default.Check([new SourceFile("m.ssm", text)]).Models.Single();
        Assert.False(model.HasErrors, string.Join("\n", Pipeline.Default.Check([new SourceFile("m.ssm", text)]).Diagnostics));
        LoweredProgram lowered = ProgramLowering.Lower(ComplexExpansion.Run(Pipeline.Default.Expand(model).VectorJacobian), LoweringTarget.Cpu);
        string[] buffers = [.. lowered.Storages.Where(s => s.Slot is null).Select(s => s.Tensor.Name)];
        Assert.True(areKept == buffers.Any(b => b is "h" or "h.kept"), string.Join(", ", buffers));
    }
}
