namespace SsmDsl.Cli.Describing;

/// <summary>What <c>ssm describe</c> says of a model. Sizes and costs are for the batch and length of the command line.</summary>
/// <param name="Constants">Static dimensions.</param>
/// <param name="Dynamic">Dimensions known at run time, the batch first, with the values taken here.</param>
/// <param name="Step">Why the model cannot run step by step, or null if it can.</param>
internal sealed record ModelDescription(
    string Model,
    string? Namespace,
    string? Summary,
    IReadOnlyDictionary<string, long> Constants,
    IReadOnlyDictionary<string, long> Dynamic,
    IReadOnlyList<ValueDescription> Inputs,
    IReadOnlyList<ValueDescription> Targets,
    IReadOnlyList<ValueDescription> Outputs,
    IReadOnlyList<ValueDescription> States,
    bool HasLoss,
    IReadOnlyList<string> Metrics,
    string? Step,
    IReadOnlyList<LayerDescription> Layers,
    IReadOnlyList<ParameterDescription> Parameters,
    long ParameterCount,
    IReadOnlyList<ModeDescription> Modes,
    IReadOnlyList<RecurrenceDescription> Recurrences)
{
    /// <summary>Kernels for the GPU that was asked for, or null.</summary>
    public DeviceKernels? Device { get; init; }
}

/// <param name="Shape">As in the source, with the batch: <c>[batch, T, 1]</c>.</param>
internal sealed record ValueDescription(string Name, string Type, string Shape);

/// <param name="Copies">Of the enclosing repeats, all together.</param>
/// <param name="Parameters">Numbers in all copies, inner layers included.</param>
internal sealed record LayerDescription(string Path, int Depth, string Layer, string Output, long Copies, long Parameters);

/// <param name="Shape">Of one copy.</param>
/// <param name="Count">Numbers in all copies; a complex one counts as two.</param>
internal sealed record ParameterDescription(
    string Name, string Type, string Shape, long Count, double LearningRateFactor, bool Decay, bool Frozen);

/// <param name="Mode"><c>forward</c>; <c>backward</c>: forward and backward together; <c>step</c>: one position of a stream.</param>
/// <param name="Functions">Calls of exp, log, tanh and the like.</param>
/// <param name="Bytes">Everything that is stored in the run, written once and read once.</param>
/// <param name="Memory">Bytes in use at most: parameters, gradients, inputs, results, states, scratch memory.</param>
internal sealed record ModeDescription(string Mode, double Flops, double Functions, double Bytes, MemoryDescription Memory);

/// <param name="Optimizer">What AdamW adds to training.</param>
internal sealed record MemoryDescription(double Parameters, double Gradients, double Optimizer, double Values, double Scratch)
{
    public double Total => Parameters + Gradients + Optimizer + Values + Scratch;
}

/// <param name="Place">Where it stands: <c>file(line,column)</c>.</param>
/// <param name="Along">The dimension along which it runs.</param>
/// <param name="Kind">In words.</param>
/// <param name="StateSize">Numbers of state for one sequence, all copies together; a complex one counts as two.</param>
/// <param name="Chunk">Positions of a chunk, where it runs as products of matrices over chunks; else null.</param>
/// <param name="Modes">Bounds on the magnitude of the coefficient at initialisation, or null where there is none.</param>
internal sealed record RecurrenceDescription(
    string Name, string? Place, string Along, bool Reversed, bool Linear, bool Complex, string Kind, bool Selective, double StateSize, int? Chunk, ModeBounds? Modes);

/// <param name="Smallest">The smallest |λ| that was found.</param>
/// <param name="Largest">The largest.</param>
/// <param name="Horizon">Steps after which the slowest mode has decayed to 1/e; infinity if it does not.</param>
/// <param name="Assumption">What inputs were taken, or null where λ depends on none.</param>
internal sealed record ModeBounds(double Smallest, double Largest, double Horizon, string? Assumption);
