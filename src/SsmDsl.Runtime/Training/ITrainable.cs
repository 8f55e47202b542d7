namespace SsmDsl;

/// <summary>A model that can be trained: implemented by the generated class of every model that has a loss.</summary>
/// <typeparam name="TBatch">Inputs and targets.</typeparam>
/// <typeparam name="TGradients">Its gradients.</typeparam>
public interface ITrainable<TBatch, TGradients>
    where TGradients : Gradients
{
    /// <summary>What is trained.</summary>
    ParameterSet Parameters { get; }

    /// <summary>Names of the metrics, in the order of the text.</summary>
    IReadOnlyList<string> MetricNames { get; }

    /// <summary>Buffers for gradients.</summary>
    TGradients NewGradients();

    /// <summary>Number of sequences in a batch.</summary>
    int Count(in TBatch batch);

    /// <summary>Loss, metrics and gradients of a training step.</summary>
    /// <param name="batch">Inputs and targets.</param>
    /// <param name="gradients">Replaced by those of this batch.</param>
    /// <param name="seed">Of the run: with the step, it decides all draws.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="metrics">Receives the metrics, one for each name.</param>
    /// <returns>The loss.</returns>
    double Backward(in TBatch batch, TGradients gradients, ulong seed, ulong step, Span<double> metrics);

    /// <summary>Loss and metrics with <c>training</c> false.</summary>
    /// <returns>The loss.</returns>
    double Evaluate(in TBatch batch, Span<double> metrics);
}
