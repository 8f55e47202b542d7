namespace SsmDsl.Programs;

/// <summary>The programs of a model that a call can run.</summary>
public enum ProgramKind
{
    /// <summary>Inputs, initial state → outputs, final state.</summary>
    Forward,

    /// <summary>Forward, and loss and metrics from targets.</summary>
    Evaluate,

    /// <summary>Evaluate, and all gradients of the loss.</summary>
    Backward,

    /// <summary>Forward, and all gradients of sum(seed · output) over outputs and final states.</summary>
    VectorJacobian,
}
