namespace SsmDsl.Cli.Benchmarking;

/// <summary>What is measured.</summary>
/// <param name="Length">Of all dynamic dimensions but the batch.</param>
/// <param name="Modes">In this order.</param>
/// <param name="Time">How long each mode is run, after it is warm.</param>
internal sealed record BenchRequest(long Batch, long Length, IReadOnlyList<BenchMode> Modes, TimeSpan Time);

/// <summary>A way to run a model.</summary>
internal enum BenchMode
{
    /// <summary>Outputs.</summary>
    Forward,

    /// <summary>Forward and backward together: gradients of the loss or, without one, of a random seed.</summary>
    Backward,

    /// <summary>One position of a stream.</summary>
    Step,

    /// <summary>Loss, gradients and an optimizer's step.</summary>
    Train,
}
