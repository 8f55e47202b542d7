using System.Collections;
using System.Collections.Concurrent;

namespace SsmDsl;

/// <summary>
/// The batches of a data source. Enumerating gives the rest of the current epoch and moves <see cref="Position"/> on;
/// set the position to go on where an earlier run stopped. For one reader at a time.
/// </summary>
public sealed class BatchSequence<TBatch> : IEnumerable<TBatch>
{
    private readonly DataSource<TBatch> source;
    private readonly int size;
    private int ahead;

    internal BatchSequence(DataSource<TBatch> source, int size, bool keepPartial)
    {
        this.source = source;
        this.size = size;
        BatchesPerEpoch = keepPartial ? (source.Count + size - 1) / size : source.Count / size;
    }

    /// <summary>Number of batches in an epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The next batch. Counts batches that were handed out, not those that were only made ready.</summary>
    public DataPosition Position { get; set; }

    /// <summary>Makes up to <paramref name="batches"/> batches ready on a background thread.</summary>
    public BatchSequence<TBatch> Prefetch(int batches = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batches);
        ahead = batches;
        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<TBatch> GetEnumerator() => ahead == 0 ? Rest() : RestAhead();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerator<TBatch> Rest()
    {
        DataPosition start = Position;
        int[] order = source.Order(start.Epoch);
        for (long batch = start.Batch; batch < BatchesPerEpoch; batch++)
        {
            TBatch made = Make(order, batch);
            MoveBeyond(start.Epoch, batch);
            yield return made;
        }
    }

    private IEnumerator<TBatch> RestAhead()
    {
        DataPosition start = Position;
        int[] order = source.Order(start.Epoch);
        using var ready = new BlockingCollection<TBatch>(ahead);
        using var stop = new CancellationTokenSource();
        Task maker = Task.Run(() => MakeAhead(order, start.Batch, ready, stop.Token));
        try
        {
            for (long batch = start.Batch; batch < BatchesPerEpoch; batch++)
            {
                if (!ready.TryTake(out TBatch? made, Timeout.Infinite)) break;
                MoveBeyond(start.Epoch, batch);
                yield return made;
            }
        }
        finally
        {
            stop.Cancel();
            maker.GetAwaiter().GetResult();
        }
    }

    private void MakeAhead(int[] order, long first, BlockingCollection<TBatch> ready, CancellationToken stop)
    {
        try
        {
            for (long batch = first; batch < BatchesPerEpoch; batch++) ready.Add(Make(order, batch), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left the loop early.
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    private TBatch Make(int[] order, long batch)
    {
        int start = (int)batch * size;
        return source.Collate(order.AsMemory(start, Math.Min(size, order.Length - start)));
    }

    private void MoveBeyond(long epoch, long batch) =>
        Position = batch + 1 == BatchesPerEpoch ? new DataPosition(epoch + 1, 0) : new DataPosition(epoch, batch + 1);
}
