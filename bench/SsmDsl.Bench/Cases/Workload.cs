using SsmDsl.Bench.Reference;

namespace SsmDsl.Bench.Cases;

/// <summary>A model with sizes, and what is measured of it.</summary>
/// <param name="Name">As in docs/benchmarks.md: <c>W3a</c>.</param>
/// <param name="Title">What it is, with its sizes.</param>
/// <param name="Create">Makes the model.</param>
/// <param name="Sizes">Dynamic sizes, the batch first.</param>
/// <param name="Phases">What is run, and what it must do at the least.</param>
/// <param name="Reference">Hand-written kernels of the same mathematics, or null where there are none.</param>
internal sealed record Workload(
    string Name, string Title, Func<Device, IBenchModel> Create, nint[] Sizes, (Phase Phase, Work Work)[] Phases, Func<ModelCase, ReferenceKernel>? Reference)
{
    /// <summary>Bounds of random inputs by name; others are uniform in [-1, 1], ints in [0, high).</summary>
    public IReadOnlyDictionary<string, (double Low, double High)> Ranges { get; init; } = new Dictionary<string, (double, double)>();
}

/// <summary>What is run.</summary>
internal enum Phase
{
    /// <summary>Outputs.</summary>
    Forward,

    /// <summary>Outputs and all gradients: of a seed, or of the loss where there is one.</summary>
    ForwardBackward,

    /// <summary>Loss, gradients and the optimizer.</summary>
    Train,

    /// <summary>One position of a stream.</summary>
    Step,
}

internal static class Phases
{
    /// <summary>Its name in tables and files.</summary>
    public static string Name(this Phase phase) => phase switch
    {
        Phase.Forward => "forward",
        Phase.ForwardBackward => "forward+backward",
        Phase.Train => "train",
        _ => "step",
    };
}
