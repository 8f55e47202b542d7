using SsmDsl.Cli.Kernels;
using SsmDsl.Cli.Tensors;

namespace SsmDsl.Cli.Running;

/// <summary>What a command line asks a model to do.</summary>
/// <param name="Target">What it runs on; null: the interpreter.</param>
/// <param name="Chunk">Positions of a chunk, or null for the whole sequence at once.</param>
internal sealed record RunRequest(bool Gradients, bool Training, ulong Seed, ulong Step, long? Chunk, Storage Real, KernelTarget? Target)
{
    /// <summary>Functions of reals are as precise as the runtime can compute them.</summary>
    public bool Precise { get; init; }
}
