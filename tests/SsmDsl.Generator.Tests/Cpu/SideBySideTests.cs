using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Interpretation;
using SsmDsl.Ir;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Generator.Tests.Cpu;

/// <summary>Several sequences at once in a kernel.</summary>
public class SideBySideTests
{
    private const int Length = 37;

    /// <summary>A group and none, some left over, several groups.</summary>
    [Theory]
    [InlineData(1, RealType.Float32)]
    [InlineData(3, RealType.Float32)]
    [InlineData(4, RealType.Float32)]
    [InlineData(11, RealType.Float32)]
    [InlineData(11, RealType.Float64)]
    public void A_sequence_among_others_has_the_bits_that_it_has_alone(int batch, RealType real)
    {
        string path = SourceProgramTests.Files().First(f => Path.GetFileName(f) == "narrow.ssm");
        ModelGraph graph = Pipeline.Default.Expand(Pipeline.Default.Check([new SourceFile(path, File.ReadAllText(path))]).Models[0]);
        CompiledProgram compiled = CompiledProgram.Of(graph.VectorJacobian, real);
        Assert.Contains("Item < ", compiled.Source);
        IReadOnlyDictionary<Port, double[]> all = compiled.Run(Input(graph.VectorJacobian, batch, 0));
        for (int sequence = 0; sequence < batch; sequence++)
        {
            IReadOnlyDictionary<Port, double[]> alone = compiled.Run(Input(graph.VectorJacobian, 1, sequence));
            foreach (Port port in graph.VectorJacobian.Outputs.Where(o => o.Tensor.Axes.Any(a => a.Size.Equals(Dim.Of(DimSymbol.Batch)))))
                Assert.Equal(alone[port], all[port].Skip(sequence * alone[port].Length).Take(alone[port].Length));
        }
    }

    /// <summary>Values that follow from the name of what is read, the sequence and the place within it.</summary>
    private static InterpreterInput Input(GraphProgram program, int batch, int first)
    {
        var sizes = program.Dynamic.ToDictionary(d => d, d => d.Equals(DimSymbol.Batch) ? batch : (long)Length);
        return new InterpreterInput
        {
            Sizes = sizes,
            Start = true,
            Training = true,
            Seed = 5,
            Step = 1,
            Read = port =>
            {
                bool isOfSequences = port.Tensor.Axes.Any(a => a.Size.Equals(Dim.Of(DimSymbol.Batch)));
                long count = port.Tensor.Axes.Aggregate(1L, (n, a) => n * a.Size.Evaluate(s => sizes[s]));
                long start = isOfSequences ? first * (count / batch) : 0;
                return [.. Enumerable.Range(0, (int)count).Select(i => port.Kind == PortKind.InitialState ? 0 : Math.Sin(((start + i) * 1.7) + port.Name.Length))];
            },
        };
    }
}
