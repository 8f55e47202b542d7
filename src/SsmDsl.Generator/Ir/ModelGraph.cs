using System.Collections.Immutable;
using SsmDsl.Semantics;
using SsmDsl.Text;

namespace SsmDsl.Ir;

/// <summary>Everything about a model that is known before a target is chosen.</summary>
/// <param name="Initialise">Parameter values from the initialisers; run in double precision whatever the model's precision.</param>
/// <param name="Forward">Inputs, parameters, initial state → outputs, final state.</param>
/// <param name="Evaluate">Forward, and loss and metrics from targets; null without a loss and metrics.</param>
/// <param name="Backward">Evaluate, and all gradients of the loss; null without a loss.</param>
/// <param name="VectorJacobian">Forward, and all gradients of sum(seed · output) over the real and complex outputs and final states.</param>
/// <param name="Compiled">What is compiled of them. They themselves are what the model means, and what the interpreter runs.</param>
public sealed record ModelGraph(
    ModelSignature Signature,
    GraphProgram Initialise,
    GraphProgram Forward,
    GraphProgram? Evaluate,
    GraphProgram? Backward,
    GraphProgram VectorJacobian,
    CompiledGraph Compiled);

/// <summary>Programs of a model as devices run them: recurrences may go through sequences in chunks.</summary>
/// <param name="LongForward">A program like Forward for long sequences, or null.</param>
/// <param name="Length">With LongForward: the dimension whose size decides between them.</param>
public sealed record CompiledGraph(
    GraphProgram Forward, GraphProgram? LongForward, DimSymbol? Length, GraphProgram? Evaluate, GraphProgram? Backward, GraphProgram VectorJacobian);

/// <param name="Constants">The model's static dimensions, by name.</param>
/// <param name="Dynamic">Dynamic dimensions without the batch.</param>
/// <param name="StreamDimension">The dimension along which a stream runs, or null if the model is not steppable.</param>
/// <param name="NotSteppable">Why not (SSM0304) and where, or null.</param>
public sealed record ModelSignature(
    string Name,
    string? Namespace,
    string? Doc,
    SourceSpan NameSpan,
    ImmutableArray<(string Name, long Value)> Constants,
    ImmutableArray<DimSymbol> Dynamic,
    ImmutableArray<ValueSignature> Inputs,
    ImmutableArray<ValueSignature> Targets,
    ImmutableArray<ValueSignature> Outputs,
    ImmutableArray<string> Metrics,
    bool HasLoss,
    ImmutableArray<ParameterSignature> Parameters,
    ImmutableArray<ValueSignature> States,
    DimSymbol? StreamDimension,
    (string Reason, SourceSpan Place)? NotSteppable);

/// <param name="Type">Without the batch axis.</param>
/// <param name="HasBatch">False for an output that reads no input.</param>
/// <param name="Default">What fills an input that the caller leaves out, or null.</param>
public sealed record ValueSignature(string Name, TensorType Type, bool HasBatch, double? Default, string? Doc);

/// <summary>
/// A parameter as the text has it. Inside of repeats it is one tensor for all copies: its tensor's shape is
/// <paramref name="Copies"/> followed by <paramref name="Type"/>'s.
/// </summary>
/// <param name="Path">Parts of the checkpoint name; a null stands for the number of a copy, one for each of <paramref name="Copies"/>.</param>
public sealed record ParameterSignature(
    ImmutableArray<string?> Path,
    ImmutableArray<long> Copies,
    TensorType Type,
    double LearningRateFactor,
    bool Decay,
    bool Frozen,
    string? Doc)
{
    /// <summary>The name with <c>*</c> for copy numbers: <c>blocks.*.scan.decay</c>.</summary>
    public string Name => string.Join(".", Path.Select(p => p ?? "*"));
}
