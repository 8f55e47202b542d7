using SsmDsl.Numerics;

namespace SsmDsl;

/// <summary>
/// Samples 0 … Count-1 and the way to make a batch of some of them. Immutable: <see cref="Shuffle"/> and
/// <see cref="Batches"/> give new values.
/// </summary>
/// <typeparam name="TBatch">What a model trains on, as a rule the generated <c>Batch</c>.</typeparam>
/// <param name="count">Number of samples.</param>
/// <param name="collate">Makes a batch of the samples with these numbers; may be called from another thread.</param>
public sealed class DataSource<TBatch>(int count, Func<ReadOnlyMemory<int>, TBatch> collate)
{
    private ulong? seed;

    /// <summary>Number of samples.</summary>
    public int Count { get; } = count >= 0 ? count : throw new ArgumentOutOfRangeException(nameof(count));

    /// <summary>Puts the samples of each epoch into an order of its own, a function of seed and epoch only.</summary>
    public DataSource<TBatch> Shuffle(ulong seed) => new(Count, collate) { seed = seed };

    /// <summary>Cuts each epoch into batches of <paramref name="size"/> samples.</summary>
    /// <param name="size">Samples in a batch.</param>
    /// <param name="keepPartial">Whether a last, smaller batch is kept (for evaluation) or left out (for training).</param>
    /// <exception cref="ArgumentException">There is not one whole batch.</exception>
    public BatchSequence<TBatch> Batches(int size, bool keepPartial = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (Count == 0) throw new ArgumentException("the data set is empty");
        if (!keepPartial && Count < size) throw new ArgumentException($"the data set has {Count} samples, fewer than one batch of {size}", nameof(size));
        return new BatchSequence<TBatch>(this, size, keepPartial);
    }

    internal TBatch Collate(ReadOnlyMemory<int> samples) => collate(samples);

    /// <summary>The order of an epoch: Fisher and Yates' shuffle with Philox words keyed by the seed.</summary>
    internal int[] Order(long epoch)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        if (seed is not { } key) return order;
        for (int i = Count - 1; i > 0; i--)
        {
            (uint low, uint high, _, _) = Philox.Words((uint)i, (uint)epoch, (uint)(epoch >> 32), 0x53687566, key);
            int j = (int)(((ulong)high << 32 | low) % (ulong)(i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
