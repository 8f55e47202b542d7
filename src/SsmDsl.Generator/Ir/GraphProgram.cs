using System.Collections.Immutable;
using SsmDsl.Semantics;

namespace SsmDsl.Ir;

/// <summary>A program over tensors: the compiler's middle. Nodes stand in an order in which they can run.</summary>
/// <param name="Dynamic">Sizes known only at run time, the batch first.</param>
public sealed record GraphProgram(
    string Name,
    ImmutableArray<DimSymbol> Dynamic,
    ImmutableArray<Port> Inputs,
    ImmutableArray<Port> Outputs,
    ImmutableArray<Node> Body);

public enum PortKind
{
    // What a program reads
    Input,
    Target,
    Parameter,
    InitialState,

    /// <summary>The derivative of the loss by an output, given by the caller (vector–Jacobian product).</summary>
    OutputSeed,

    /// <summary>The derivative of the loss by a final state, given by the caller.</summary>
    FinalStateSeed,

    // What it writes
    Output,

    /// <summary>Shape []: the mean over the batch.</summary>
    Loss,

    /// <summary>Shape []: the mean over the batch.</summary>
    Metric,
    FinalState,
    ParameterGradient,
    InputGradient,
    InitialStateGradient,

    /// <summary>In the initialisation program: the value of a parameter.</summary>
    ParameterValue,
}

/// <summary>
/// A tensor that crosses the border of a program. Complex ones are complex in the graph; in memory they have a last axis of 2.
/// </summary>
/// <param name="Name">Of an input, output, target, metric, state; or a parameter's <see cref="ParameterSignature.Name"/>.</param>
public sealed record Port(PortKind Kind, string Name, Tensor Tensor);
