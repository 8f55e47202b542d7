using SsmDsl.Compilation;
using SsmDsl.Lowering;
using SsmDsl.Passes;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Lowering;

/// <summary>A training step that leaves every sequence to itself.</summary>
public class SequencePartsTests
{
    private const string Classifier = """
        model Classifier(x: real[T, 64]) -> logits: real[10] {
            repeat 3 as blocks {
                x = x + (x |> LayerNorm |> Lru[64] |> gelu |> Linear[64])
            }
            pooled[d] = mean[t] x[t, d]
            logits = pooled |> Linear[10] as head
            target label: int
            loss = CrossEntropy(logits, label)
        }
        """;

    [Fact]
    public void Forwards_loss_and_backwards_are_one_part()
    {
        LoweredProgram lowered = Lowered(Classifier);
        SequencesStep part = Assert.Single(lowered.Steps.OfType<SequencesStep>());
        Assert.NotNull(part.Group);
        Assert.DoesNotContain(lowered.Steps, s => s is CopiesStep);
        Assert.Equal(2, part.Body.OfType<CopiesStep>().Count());

        // Five weights of a block, each once.
        Assert.Equal(5, part.Body.OfType<CopiesStep>().SelectMany(c => c.Body).OfType<PartialProductStep>().Count());

        // Whatever has a value for each step is a thread's own, the ports excepted.
        Assert.All(
            lowered.Storages.Where(s => s.Slot is null && s.Elements.Symbols.Contains(DimSymbol.Batch) && s.Elements.Symbols.Count() > 1),
            s => Assert.True(s.Part == 1, s.Tensor.Name));
    }

    /// <summary>Parts of gradients are as many elements as memory has room for.</summary>
    [Theory]
    [InlineData(256, true)]
    [InlineData(1088, false)]
    public void Large_weights_have_one_product_over_all_rows(int width, bool isPartial)
    {
        LoweredProgram lowered = Lowered($$"""
            model M(x: real[T, {{width}}]) -> y: real[T, {{width}}] {
                y = x |> Linear[{{width}}]
                target goal: real[T, {{width}}]
                loss = mean[t, i] (y[t, i] - goal[t, i])^2
            }
            """);
        Assert.Equal(isPartial, lowered.Steps.OfType<SequencesStep>().Any(s => s.Body.OfType<PartialProductStep>().Any()));
    }

    private static LoweredProgram Lowered(string text)
    {
        CheckedModel model = Pipeline.Default.Check([new SourceFile("m.ssm", text)]).Models.Single();
        Assert.False(model.HasErrors, string.Join("\n", Pipeline.Default.Check([new SourceFile("m.ssm", text)]).Diagnostics));
        return ProgramLowering.Lower(ComplexExpansion.Run(Pipeline.Default.Expand(model).Backward!), LoweringTarget.Cpu);
    }
}
