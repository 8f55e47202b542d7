namespace SsmDsl;

/// <summary>Where a training run stands, beside weights and optimizer: everything that decides what comes next.</summary>
public sealed record TrainingState
{
    /// <summary>The seed of draws; with <see cref="Step"/>, the whole state of randomness.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of steps done.</summary>
    public long Step { get; init; }

    /// <summary>The next batch.</summary>
    public DataPosition Position { get; init; }

    /// <summary>Number of sequences seen in this epoch.</summary>
    public long EpochSamples { get; init; }

    /// <summary>Sum of their losses.</summary>
    public double EpochLoss { get; init; }

    /// <summary>Sums of their metrics.</summary>
    public IReadOnlyList<double> EpochMetrics { get; init; } = [];
}
