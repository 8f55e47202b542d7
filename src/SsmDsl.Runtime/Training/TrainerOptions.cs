namespace SsmDsl;

/// <summary>How a <see cref="Trainer{TBatch, TGradients}"/> runs.</summary>
public sealed record TrainerOptions<TBatch>
{
    /// <summary>How often the data is gone through.</summary>
    public long Epochs { get; init; } = 1;

    /// <summary>Decides all draws of the model.</summary>
    public ulong Seed { get; init; }

    /// <summary>Evaluated after each epoch; enumerated anew each time. Null: nothing is.</summary>
    public IEnumerable<TBatch>? Evaluation { get; init; }

    /// <summary>Where checkpoints are written, each in place of the one before; null: none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Steps between checkpoints; null: one at the end of each epoch. At the end and when cancelled one is written in any case.</summary>
    public long? CheckpointEvery { get; init; }

    /// <summary>Steps between reports; the last step of an epoch is always reported.</summary>
    public long ReportEvery { get; init; } = 1;
}
