using SsmDsl.Ilgpu.Numerics;

namespace SsmDsl.Ilgpu.Products;

/// <summary>
/// Products of few tiles and long sums (gradients of weights): the sum is cut into parts, so that all of the device has work; each
/// part of a tile goes into memory, and parts are added up in order. Sizes alone decide how many there are: a result has the same bits
/// each time, and on every device.
/// </summary>
/// <param name="shortest">Terms of the shortest part that is worth it.</param>
internal sealed unsafe class DeepProducts(IlgpuDevice device, nint shortest = DeviceProduct.ShortestPart) : IDisposable
{
    private readonly Lock gate = new();
    private byte* parts;
    private nint capacity;

    /// <summary>Has a product computed in parts, if that is worth it.</summary>
    /// <returns>Whether it was.</returns>
    public bool Multiply<T>(Launcher launcher, in DeviceMatrices<T> m)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        nint count = DeviceProduct.PartsOf(m.Rows, m.Columns, m.Depth, shortest);
        if (count < 2) return false;

        // The memory is one product's at a time; what is launched is in order.
        lock (gate)
        {
            var arguments = new DeepArguments<T>
            {
                Items = (int)(m.Rows * m.Columns),
                Rows = (int)m.Rows,
                Columns = (int)m.Columns,
                Depth = (int)m.Depth,
                Parts = (int)count,
                PartDepth = (int)((m.Depth + count - 1) / count),
                ColumnTiles = (int)DeviceProduct.TilesOf(m.Columns),
                Tiles = (int)(DeviceProduct.TilesOf(m.Rows) * DeviceProduct.TilesOf(m.Columns)),
                Left = launcher.View<T>(m.Left.First),
                LeftRow = (int)m.Left.Row,
                LeftColumn = (int)m.Left.Column,
                Right = launcher.View<T>(m.Right.First),
                RightRow = (int)m.Right.Row,
                RightColumn = (int)m.Right.Column,
                Target = launcher.View<T>(m.Target.First),
                TargetRow = (int)m.Target.Row,
                TargetColumn = (int)m.Target.Column,
                Sums = launcher.View<T>(Memory(count * m.Rows * m.Columns * sizeof(T))),
                Factor = m.Factor,
                Accumulate = m.Accumulate ? 1 : 0,
            };
            launcher.LaunchGroups(DeepKernels<T>.Parts, arguments.Tiles * count, DeviceProduct.Threads, in arguments);
            launcher.LaunchThreads(DeepKernels<T>.Sum, arguments.Items, in arguments);
            return true;
        }
    }

    public void Dispose() => device.Memory.Free(parts);

    private byte* Memory(nint bytes)
    {
        if (bytes > capacity)
        {
            // Kernels that still read it are waited for.
            device.Memory.Synchronize();
            device.Memory.Free(parts);
            parts = null;
            capacity = 0;
            parts = (byte*)device.Memory.Allocate(bytes);
            capacity = bytes;
        }

        return parts;
    }
}
