using TorchSharp;

namespace SsmDsl.Bench.Peers.Torch;

/// <summary>A formulation with a number of threads: many small operations are faster with one.</summary>
internal sealed class WithThreads(int threads, IFormulation formulation) : IFormulation
{
    private static int current;

    public void Run()
    {
        if (current != threads) torch.set_num_threads(current = threads);
        formulation.Run();
    }

    public void Dispose() => formulation.Dispose();
}
