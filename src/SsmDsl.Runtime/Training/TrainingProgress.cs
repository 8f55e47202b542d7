namespace SsmDsl;

/// <summary>A number that is reported beside the loss.</summary>
/// <param name="Name">As in the text.</param>
/// <param name="Value">A mean over sequences.</param>
public readonly record struct MetricValue(string Name, double Value);

/// <summary>Loss and metrics of a data set.</summary>
/// <param name="Loss">Mean over its sequences.</param>
/// <param name="Metrics">Means over its sequences.</param>
/// <param name="Samples">Number of its sequences.</param>
public sealed record EvaluationResult(double Loss, IReadOnlyList<MetricValue> Metrics, long Samples)
{
    /// <summary>The metric of a name.</summary>
    public double this[string metric] => Metrics.First(m => m.Name == metric).Value;
}

/// <summary>How far a training run is, after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>The epoch of the step, from 0.</summary>
    public required long Epoch { get; init; }

    /// <summary>Number of epochs in all.</summary>
    public required long Epochs { get; init; }

    /// <summary>Number of steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Number of steps in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Of this step's batch.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean over the epoch so far.</summary>
    public required double EpochLoss { get; init; }

    /// <summary>Means over the epoch so far.</summary>
    public required IReadOnlyList<MetricValue> EpochMetrics { get; init; }

    /// <summary>The learning rate of this step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Sequences a second since the run was started.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>An estimate.</summary>
    public required TimeSpan TimeLeft { get; init; }

    /// <summary>After the last step of an epoch, if there is data to evaluate on.</summary>
    public EvaluationResult? Evaluation { get; init; }
}
