namespace SsmDsl;

/// <summary>Where in its data a training run stands: the next batch is number <paramref name="Batch"/> of epoch <paramref name="Epoch"/>.</summary>
public readonly record struct DataPosition(long Epoch, long Batch);
