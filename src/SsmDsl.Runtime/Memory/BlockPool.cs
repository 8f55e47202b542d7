using SsmDsl.Devices;

namespace SsmDsl.Memory;

/// <summary>
/// Scratch memory of a model's runs. A run takes the smallest free block that is large enough; runs of other sizes reuse the
/// same memory. As many blocks are kept as runs were under way at once, up to a limit.
/// </summary>
/// <param name="memory">Where it is.</param>
internal sealed class BlockPool(DeviceMemory memory) : IDisposable
{
    private const int Kept = 32;

    private readonly Lock gate = new();
    private readonly NativeBlock?[] free = new NativeBlock?[Kept];
    private bool disposed;

    public NativeBlock Rent(nint bytes)
    {
        lock (gate)
        {
            int best = -1;
            for (int i = 0; i < Kept; i++)
            {
                if (free[i] is { } block && block.Bytes >= bytes && (best < 0 || block.Bytes < free[best]!.Bytes)) best = i;
            }

            if (best >= 0)
            {
                NativeBlock block = free[best]!;
                free[best] = null;
                return block;
            }
        }

        return new NativeBlock(memory, bytes);
    }

    public void Return(NativeBlock block)
    {
        NativeBlock? surplus = block;
        lock (gate)
        {
            if (!disposed)
            {
                // The smallest block goes where there is no place: a larger one serves its runs as well.
                int place = 0;
                for (int i = 0; i < Kept && free[place] is not null; i++)
                {
                    if (free[i] is null || free[i]!.Bytes < free[place]!.Bytes) place = i;
                }

                if (free[place] is null || free[place]!.Bytes < block.Bytes) (surplus, free[place]) = (free[place], block);
            }
        }

        surplus?.Dispose();
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (NativeBlock? block in free) block?.Dispose();
            Array.Clear(free);
        }
    }
}
