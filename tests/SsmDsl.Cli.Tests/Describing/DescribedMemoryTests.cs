using SsmDsl.Cli.Benchmarking;
using SsmDsl.Cli.Compiling;
using SsmDsl.Cli.Describing;
using SsmDsl.Cli.Kernels;
using SsmDsl.Compilation;
using SsmDsl.Emit;
using SsmDsl.Ir;
using SsmDsl.Programs;
using SsmDsl.Semantics;

namespace SsmDsl.Cli.Tests.Describing;

/// <summary>What a model takes of a device's memory, counted, is what <c>ssm describe</c> says.</summary>
public sealed class DescribedMemoryTests : IDisposable
{
    private const string Source = """
        model M[D: 24, N: 16](x: real[T, 1]) -> y: real[T, 1] {
            z = x |> Linear[D] as encoder
            repeat 3 as blocks {
                z = z + (z |> LayerNorm |> Lru[N] |> gelu |> Linear[D])
            }
            y = z |> Linear[1] as head
            target goal: real[T, 1]
            loss = mean[t, i] (y[t, i] - goal[t, i])^2
        }
        """;

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(7, 300)]
    [InlineData(40, 33)]
    public void Training_takes_what_is_described(int batch, int length)
    {
        string file = folder.Add("m.ssm", Source);
        ModelGraph graph = Pipeline.Default.Expand(Project.Read([file]).RequireNoErrors().Model(null));
        ModelDefinition definition = CompiledPrograms.Of(
            graph, RealType.Float32, g => [g.Initialise, g.Compiled.Forward, g.Compiled.LongForward, g.Compiled.Backward],
            KernelTarget.Cpu, false, new AssemblyCache(folder["cache"]), CancellationToken.None);
        using var device = new CountingDevice();
        using var engine = new ModelEngine(definition, device);
        MemoryDescription described = new Modes(graph, engine, s => s.Equals(DimSymbol.Batch) ? batch : length).Of(BenchMode.Train).Memory;
        nint before = device.Counted.Peak;
        using var run = new BenchRun(definition, device, [batch, length]);
        Action step = run.Of(BenchMode.Train);
        for (int i = 0; i < 3; i++) step();

        // Inputs and targets are the caller's; results that nobody asks for lie in scratch memory.
        double counted = device.Counted.Peak - before;
        Assert.InRange(counted, 0.95 * (described.Total - described.Values), 1.05 * described.Total);
        Assert.True(described.Values < 0.1 * described.Total, $"{described} says little of what is counted");
    }
}
